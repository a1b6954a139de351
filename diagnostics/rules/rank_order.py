"""Every rule, in rank order."""

from __future__ import annotations

from diagnostics.rules.declaration import Rule
from diagnostics.rules.dns import address, https_record, name, signature
from diagnostics.rules.dns import servers as name_servers
from diagnostics.rules.encryption import tls, tls_handshake
from diagnostics.rules.mail import (
    clients,
    dane,
    hidden_records,
    outgoing,
    senders,
    signatures,
    transport_security,
)
from diagnostics.rules.mail import servers as mail_servers
from diagnostics.rules.network import (
    net,
    own_connection,
    service_greetings,
    ssh,
    tcp,
    wrong_service,
)
from diagnostics.rules.pages import framed_page, page_look, page_parts
from diagnostics.rules.vantages import client
from diagnostics.rules.web import (
    http,
    http_protocol,
    http_redirects,
    other_server,
    slowness,
    stale_cache,
)

# From the lowest layer up. Of two findings with the same severity and layer, that of the earlier
# rule comes first; the consequences of a cause are listed in this order too.
RULES: tuple[Rule, ...] = (
    # dns
    address.address_is_private,
    address.address_is_wrong,
    other_server.address_is_of_another_server,
    https_record.https_record_is_stale,
    name.name_gives_no_address,
    hidden_records.cname_hides_mail,
    name_servers.servers_deny_falsely,
    name_servers.servers_fail_at_ipv6,
    name_servers.empty_answer_for_ipv6_is_bare,
    name_servers.one_server_fails_at_name,
    address.address_is_remembered,
    name_servers.some_servers_fail,
    name_servers.servers_differ,
    signature.one_server_is_signed_badly,
    name.resolver_is_unreachable,
    # net, and our own way there
    net.host_is_out_of_reach,
    net.one_family_fails,
    net.big_packets_vanish,
    net.packets_are_lost,
    net.latency_is_high,
    net.echo_is_blocked,
    own_connection.nothing_answers_us,
    slowness.our_side_is_slow,
    # tcp
    tcp.web_port_is_closed,
    tcp.redirect_leads_to_closed_port,
    # What was heard says more than a port where there may never have been a service.
    service_greetings.service_turns_visitors_away,
    ssh.ssh_breaks_off,
    wrong_service.another_protocol_answers,
    tcp.service_is_closed,
    tcp.named_service_port_hangs,
    tcp.connection_is_reset,
    tcp.connection_is_never_answered,
    ssh.ssh_is_obsolete,
    service_greetings.service_greets_late,
    # tls
    *tls_handshake.RULES,
    *tls.RULES,
    # mail
    mail_servers.domain_refuses_mail,
    mail_servers.mx_is_missing,
    mail_servers.server_has_no_address,
    mail_servers.server_takes_no_mail,
    mail_servers.port_25_says_nothing,
    clients.mail_server_greets_late,
    transport_security.starttls_fails,
    transport_security.sts_policy_is_broken,
    dane.certificate_is_not_the_announced,
    clients.submission_is_closed,
    clients.sending_port_is_amiss,
    clients.sending_port_refuses_tls,
    clients.sending_port_offers_no_login,
    clients.secure_port_is_amiss,
    clients.certificate_is_bad_for_programs,
    hidden_records.service_record_leads_nowhere,
    senders.spf_is_missing,
    senders.spf_is_published_twice,
    senders.spf_is_broken,
    senders.spf_part_is_unread,
    senders.spf_ends_early,
    outgoing.spf_excludes_the_sender,
    signatures.key_is_missing,
    signatures.key_is_broken,
    senders.dmarc_is_missing,
    senders.dmarc_is_broken,
    signatures.letter_is_not_aligned,
    outgoing.sender_is_on_a_list,
    outgoing.sender_has_no_good_name,
    outgoing.sender_introduces_itself_badly,
    # http
    stale_cache.cache_keeps_an_error,
    http.page_is_broken,
    http.answer_never_completes,
    http.server_answers_other_names_only,
    http_redirects.redirects_end_elsewhere,
    http_redirects.phones_are_led_elsewhere,
    http_protocol.page_fails_at_times,
    http_protocol.http2_is_broken,
    http_protocol.http2_carries_a_forbidden_field,
    slowness.page_is_slow,
    http_redirects.redirects_never_end,
    http_redirects.redirect_leads_nowhere,
    page_parts.page_lacks_its_parts,
    framed_page.framed_page_is_missing,
    framed_page.framed_page_is_refused,
    page_look.markup_breaks_off,
    page_look.packing_is_not_asked_for,
    page_look.letters_are_garbled,
    page_look.styles_are_blocked,
    http_protocol.programs_are_refused,
)

# Rules about the customer's own side, used only if the target works from here.
CLIENT_RULES: tuple[Rule, ...] = client.RULES

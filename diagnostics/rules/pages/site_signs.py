"""Signs that a page is the site itself, or an article about pages that are none."""

from __future__ import annotations

import re
from http import HTTPStatus

from diagnostics.observations import HttpObservation
from diagnostics.rules.pages.page_signals import PageView

_ENOUGH_LINKS = 2
_ARTICLE = re.compile(
    r"\b(how (to|do|i)|what (is|are|does|to|it|causes|happens)"
    r"|why (is|are|was|does|do|did|has|have|you|your|my)"
    r"|when (you|your)|fix(es|ed|ing)?|causes?|reasons|explained|understanding|troubleshoot\w*"
    r"|solv(ed|ing)|guide|tutorial|lesson|course|tips|compared|examples|instead of your|steps"
    r"|как (испр|устр|реш|поч|сдел|настр|убр|верн|избав|быть)\w*|что (делать|значит|такое|это)"
    r"|почему|причин\w*|исправ\w*|устран\w*|решение|инструкция|руководство|разбираем\w*"
    r"|советы|урок|база знаний|help cent(er|re)|knowledge ?base|faq|вопросы и ответы)\b"
)
# A page on which a service tells how it is and what happened to it before.
_STATUS_PAGE = re.compile(
    r"\b(all (systems|services) (are )?(operational|normal|online)"
    r"|(past|previous|recent) incidents?|incident (history|reports?)"
    r"|(service|system|server|network) status\b|status of .{1,40}services?"
    r"|все (системы|сервисы|службы) (работают|в норме)|история (инцидентов|сбоев|аварий)"
    r"|(состояние|статус) (сервисов|служб|серверов|систем))\b"
)
# Who speaks of "my site" and asks or thanks writes to people; a stock page does not.
_CONVERSATION = re.compile(
    r"\b(my (web ?site|site|blog|shop|page|database|code|host(er|ing)?) (is|was|has|shows|got|does)"
    r"|i (got|get|have|am|was|tried|use|don.?t|found)|any (idea|help|suggestion)s?"
    r"|does any(one|body)|thanks in advance|thanks for (the|your|any) (help|answer|reply)"
    r"|posted by|replied|у меня|мой сайт|моего сайта|моем сайте|подскажите|помогите|посоветуйте"
    r"|заранее спасибо|спасибо за (ответ|помощь|совет)|цитата|написал"
    r"|meine (seite|webseite|website|domain)|danke im voraus|mon (site|blog|hebergeur)"
    r"|merci d.avance|mi (sitio|web|pagina)|gracias de antemano|meu (site|blog)|minha pagina"
    r"|obrigad[oa] desde ja|moja strona|pomocy prosze)\b|我的(网站|站点|域名|主机)|请问"
)
_QUESTION = re.compile(r"\w{2} \w{2,40}[?？](\s|$)|？|¿\w[^?¿]{0,80}\?")
_ASKED_EARLY = 160  # characters of the text in which a trader asks what is wrong
# Who offers work, names hours or takes appointments speaks of a trade: of heating, skin or gardens.
_TRADE = re.compile(
    r"\b(we (offer|provide|repair|sell|specialise|specialize)|our (services|prices|clients|team of"
    r"|attorneys|plans start)|book (a|an|your) \w+|free (quote|estimate|consultation)"
    r"|get a quote|years of experience|opening hours|this (article|podcast|episode)"
    r"|rufen sie (uns )?an|unsere leistungen|wir bieten|offnungszeiten|termin vereinbaren"
    r"|appelez.nous|nos (services|prestations|tarifs)|nous proposons|devis gratuit|horaires"
    r"|prenez rendez.vous|conges annuels|fermee? (du|le|les|jusqu.au) \w+|llamenos|llamanos"
    r"|nuestros servicios|ofrecemos|servicio de mantenimiento|presupuesto|ligue (para|ja)"
    r"|nossos servicos|oferecemos|orcamento|oferujemy|nasze uslugi|wykonujemy .{1,40} i \w+"
    r"|zadzwon|godziny otwarcia|randevu\w*|arayin|hizmetlerimiz|calisma saatleri|sunuyoruz"
    r"|наши услуги|мы предлагаем|звоните|приезжайте|записаться|запись на|любой сложности"
    r"|бесплатн(ый|ая) (выезд|консультация|замер)|часы работы|прайс|цены от)\b"
    r"|我们提供|欢迎(联系|咨询|来电)|服务热线|营业时间"
)


def links_to_itself(page: HttpObservation) -> bool:
    """
    Whether a page that works leads to other pages of its own host, as sites do.

    A server's, panel's or parking page stands alone: it has at most one such link.
    """
    return page.status == HTTPStatus.OK and (page.own_links or 0) >= _ENOUGH_LINKS


def is_about_such_pages(view: PageView) -> bool:
    """
    Whether a page that works is about such pages: an article, a manual, a question in a forum.

    So is the page on which a service tells of its incidents. Its words may then be anybody's words,
    quoted, and only what a server does (headers, cookies, paths, what is loaded) tells.
    """
    if view.page.status != HTTPStatus.OK or not view.page.text_start:
        return False
    heads = (view.title, view.heading)
    is_article = any(_ARTICLE.search(head) or _STATUS_PAGE.search(head) for head in heads)
    return bool(is_article or _CONVERSATION.search(view.text))


def speaks_of_a_trade(view: PageView) -> bool:
    """
    Whether a page that works offers services, names hours, takes appointments or asks.

    "Trouble with your database?" is a trader's question: what has failed says so, and asks nothing.
    """
    if view.page.status != HTTPStatus.OK:
        return False
    asks = any(
        _QUESTION.search(words) is not None
        for words in (view.title, view.heading, view.text[:_ASKED_EARLY])
    )
    return asks or _TRADE.search(view.text) is not None

<?php
/**
 * WHMCS: what staff reply to a ticket, and that they close or reopen it, comes back to Intake.
 * Copy to includes/hooks/intake-replies.php and set the two constants (docs/desks.md). Only the
 * number of the ticket is sent; Intake reads the rest by the API.
 */

const INTAKE_REPLIES_URL = 'https://help.example.com/desks/whmcs/replies'; // its name in desks.yaml
const INTAKE_REPLIES_SECRET = 'the reply_secret of that desk';

$tellIntake = function (array $vars) {
    $call = curl_init(INTAKE_REPLIES_URL);
    curl_setopt_array($call, [
        CURLOPT_POST => true,
        CURLOPT_POSTFIELDS => json_encode(['ticket_id' => (string) $vars['ticketid']]),
        CURLOPT_HTTPHEADER => ['Content-Type: application/json', 'X-Intake-Secret: ' . INTAKE_REPLIES_SECRET],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 5, // staff wait for their own page
    ]);
    curl_exec($call);
    if (($status = curl_getinfo($call, CURLINFO_RESPONSE_CODE)) !== 204) {
        logActivity("Intake was not told of ticket {$vars['ticketid']}: answer $status");
    }
};

foreach (['TicketAdminReply', 'TicketClose', 'TicketStatusChange'] as $event) {
    add_hook($event, 1, $tellIntake);
}

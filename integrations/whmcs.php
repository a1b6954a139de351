<?php
/**
 * WHMCS: "Submit ticket" leads to Intake, with who the client is and what they have.
 * Copy to includes/hooks/intake.php and set the three constants (docs/panel-link.md).
 */

const INTAKE_URL = 'https://help.example.com'; // INTAKE_PUBLIC_URL, to the letter
const INTAKE_KEY_ID = 'whmcs';                 // INTAKE_PANEL_KEYS=whmcs=SECRET
const INTAKE_SECRET = 'the same secret, 32 characters or more';

add_hook('ClientAreaPageSubmitTicket', 1, function (array $vars) {
    if (empty($vars['client'])) {
        return; // not signed in: WHMCS asks for it first
    }
    $mine = ['clientid' => $vars['client']->id];
    $client = localAPI('GetClientsDetails', $mine)['client'];
    $products = localAPI('GetClientsProducts', $mine)['products']['product'] ?? [];
    $kept = array_filter($products, fn ($row) => in_array($row['status'], ['Active', 'Suspended'], true));
    $service = fn ($row) => [
        'id' => (string) $row['id'],
        'hosts' => array_values(array_filter([$row['domain'] ?? ''])),
        'addresses' => array_values(array_filter([$row['dedicatedip'] ?? ''])),
        'suspended' => $row['status'] === 'Suspended',
    ];
    $overdue = localAPI('GetInvoices', ['userid' => $vars['client']->id, 'status' => 'Overdue']);
    $claims = [
        'aud' => INTAKE_URL, 'iat' => time(), 'exp' => time() + 120, 'jti' => bin2hex(random_bytes(16)),
        'sub' => (string) $vars['client']->id, 'name' => $client['fullname'] ?? '',
        'email' => $client['email'], 'phone' => $client['phonenumber'] ?? '',
        'lang' => ($client['language'] ?? '') === 'russian' ? 'ru' : 'en',
        'unpaid' => ($overdue['totalresults'] ?? 0) > 0,
        'services' => array_values(array_map($service, $kept)),
    ];
    $part = fn (string $text) => rtrim(strtr(base64_encode($text), '+/', '-_'), '=');
    $signed = $part(json_encode(['alg' => 'HS256', 'kid' => INTAKE_KEY_ID])) . '.' . $part(json_encode($claims));
    $token = $signed . '.' . $part(hash_hmac('sha256', $signed, INTAKE_SECRET, true));
    header('Location: ' . INTAKE_URL . '/enter#token=' . $token); // behind the #: in no log
    exit;
});

#!/usr/bin/php
<?php
/**
 * BILLmanager 6: a page that leads its signed-in client to Intake. Copy to /usr/local/mgr5/cgi/intake,
 * mode 755, set the three constants (docs/panel-link.md), and link to https://YOUR-BILLMANAGER/mancgi/intake.
 */

const INTAKE_URL = 'https://help.example.com'; // INTAKE_PUBLIC_URL, to the letter
const INTAKE_KEY_ID = 'bill';                  // INTAKE_PANEL_KEYS=bill=SECRET
const INTAKE_SECRET = 'the same secret, 32 characters or more';
const MGRCTL = '/usr/local/mgr5/sbin/mgrctl';

parse_str(str_replace('; ', '&', getenv('HTTP_COOKIE') ?: ''), $cookies);
$session = explode(':', $cookies['billmgrses5'] ?? '')[0];
// As the client whose session it is, so that nobody sees what is another's.
$ask = fn (string $func) => json_decode(shell_exec(MGRCTL . ' -m billmgr -o json ' . $func
    . ' auth=' . escapeshellarg($session)) ?: '{}', true)['doc'] ?? [];
$text = fn ($row, string $name) => (string) (is_array($row[$name] ?? '') ? $row[$name]['$'] ?? '' : $row[$name] ?? '');
$rows = fn (string $func) => array_values((array) ($ask($func)['elem'] ?? []));
$user = $session === '' ? [] : $ask('usrparam');
if ($user === []) {
    exit("Status: 303 See Other\r\nLocation: /billmgr\r\n\r\n"); // not signed in
}
$service = fn ($row) => [
    'id' => $text($row, 'id'), 'suspended' => $text($row, 'status') === '3',
    'hosts' => array_values(array_filter([$text($row, 'domain')])),
    'addresses' => array_values(array_filter([$text($row, 'ip')])),
];
$balances = array_map(fn ($row) => (float) $text($row, 'balance'), $rows('subaccount'));
$claims = [
    'aud' => INTAKE_URL, 'iat' => time(), 'exp' => time() + 120, 'jti' => bin2hex(random_bytes(16)),
    'sub' => $text($user, 'name'), 'name' => $text($user, 'realname'), 'email' => $text($user, 'email'), 'lang' => $text($user, 'lang'),
    'services' => array_map($service, [...$rows('vhost'), ...$rows('vds'), ...$rows('dedic')]),
] + ($balances ? ['balance' => min($balances)] : []);
$part = fn (string $data) => rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
$signed = $part(json_encode(['alg' => 'HS256', 'kid' => INTAKE_KEY_ID])) . '.' . $part(json_encode($claims));
$token = $signed . '.' . $part(hash_hmac('sha256', $signed, INTAKE_SECRET, true));
echo "Status: 303 See Other\r\nLocation: ", INTAKE_URL, "/enter#token=$token\r\nCache-Control: no-store\r\n\r\n";

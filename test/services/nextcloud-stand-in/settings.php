<?php
// Reads the settings as Nextcloud does, and writes them as it does when one changes (lib/private/Config.php): its own file,
// then ours over it, and the environment over both; what is written is all that was read from files.
//
// php settings.php CONFIG OURS                says whether it is in maintenance mode
// php settings.php CONFIG OURS set KEY        changes a setting
// php settings.php CONFIG OURS maintenance:mode on|off
[, $config, $ours] = $argv ?? [null, getenv('CONFIG'), getenv('OURS')];
$command = $argv[3] ?? '';
$read = function () use ($config, $ours): array {
    $all = [];
    foreach ([$config, $ours] as $file) {
        unset($CONFIG);
        include $file;
        $all = array_merge($all, $CONFIG);
    }
    return $all;
};
$all = $read();
$environment = getenv();
$isOn = (bool) ($environment['NC_maintenance'] ?? $all['maintenance'] ?? false);
if ($command === 'maintenance:mode') {
    $wanted = $argv[4] === 'on';
    if ($isOn !== $wanted) {
        $all['maintenance'] = $wanted;
        file_put_contents($config, "<?php\n\$CONFIG = " . var_export($all, true) . ";\n");
    }
} elseif ($command === 'set') {
    $all[$argv[4]] = true;
    file_put_contents($config, "<?php\n\$CONFIG = " . var_export($all, true) . ";\n");
}
echo json_encode(['maintenance' => $isOn, 'process' => getmypid()]);

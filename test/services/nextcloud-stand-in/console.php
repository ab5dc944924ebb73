<?php
// A stand-in for Nextcloud's console.php. It takes the commands and options that the real one has (occ-commands.json,
// with the source of each), writes each down with the arguments of its process, and keeps as much state as our scripts ask for.
$place = __DIR__;
$config = "$place/config/config.php";
$CONFIG = [];
if (is_file($config)) {
    include $config;
}
require "$place/version.php";
$version = implode('.', $OC_Version);
$words = array_slice($_SERVER['argv'], 1);
file_put_contents("$place/../calls", json_encode($words) . "\n", FILE_APPEND);
file_put_contents("$place/../processes", file_get_contents('/proc/self/cmdline') . "\n", FILE_APPEND);
$fails = getenv('STAND_IN_FAILS');

/** @return never */
function wrong(string $what)
{
    fwrite(STDERR, "$what\n");
    exit(1);
}

$write = function (array $values) use (&$CONFIG, $config): void {
    $CONFIG = array_merge($CONFIG, $values);
    file_put_contents($config, '<?php' . "\n" . '$CONFIG = ' . var_export($CONFIG, true) . ";\n");
};

$options = array_values(array_filter($words, fn ($word) => str_starts_with($word, '--')));
[$command, $arguments] = (function () use ($words) {
    $plain = array_values(array_filter($words, fn ($word) => !str_starts_with($word, '--')));
    return [array_shift($plain), $plain];
})();
$known = json_decode(file_get_contents("$place/commands.json"), true)[$command] ?? wrong("no command $command");
$given = [];
foreach ($options as $option) {
    [$name, $value] = [...explode('=', substr($option, 2), 2), true];
    if ($name !== 'no-interaction' && ($known['options'][$name] ?? null) !== ($value !== true)) {
        wrong("$command has no option --$name, or has it with a value alone, or without");
    }
    $given[$name] = $value;
}
$names = $known['arguments'];
$isOpen = str_ends_with(end($names) ?: '', '...');
$least = count(array_filter($names, fn ($name) => preg_match('/[?.]$/', $name) === 0));
if (count($arguments) < $least || (count($arguments) > count($names) && !$isOpen)) {
    wrong("$command takes the arguments " . implode(', ', $names));
}
$isInstalled = $CONFIG['installed'] ?? false;
if (!$isInstalled && !in_array($command, ['status', 'maintenance:install'], true)) {
    wrong("$command: not installed");
}
if ($fails === $command) {
    // Without a word, as a board that loses its power.
    posix_kill(posix_getpid(), SIGKILL);
}

switch ($command) {
    case 'status':
        echo json_encode([
            'installed' => $isInstalled,
            'version' => $version,
            'versionstring' => $OC_VersionString,
            'maintenance' => $CONFIG['maintenance'] ?? false,
            'needsDbUpgrade' => $isInstalled && $CONFIG['version'] !== $version,
        ]) . "\n";
        break;
    case 'maintenance:install':
        [$host, $port] = explode(':', $given['database-host']);
        $database = new PDO("mysql:host=$host;port=$port;dbname={$given['database-name']}", $given['database-user'], $given['database-pass']);
        if ($database->query('SHOW TABLES')->fetchAll() !== []) {
            wrong('there are tables already');
        }
        $database->exec('CREATE TABLE oc_users (uid VARCHAR(64) PRIMARY KEY)');
        if ($fails === 'half of maintenance:install') {
            posix_kill(posix_getpid(), SIGKILL);
        }
        $database->prepare('INSERT INTO oc_users VALUES (?)')->execute([$given['admin-user']]);
        if (strlen($given['admin-pass']) < 10) {
            wrong('the password of the admin is too short');
        }
        $write(['installed' => true, 'version' => $version]);
        break;
    case 'upgrade':
        $write(['version' => $version, 'maintenance' => false]);
        break;
    case 'maintenance:mode':
        $write(['maintenance' => isset($given['on'])]);
        break;
    case 'config:import':
        $apps = json_decode(file_get_contents($arguments[0]), true, 512, JSON_THROW_ON_ERROR);
        file_put_contents("$place/../apps.json", json_encode($apps));
        break;
    case 'app:enable':
        if ($fails === 'the app store' && $arguments !== ['homecloud_dnas']) {
            wrong('Could not resolve host: apps.nextcloud.com');
        }
        $enabled = is_file("$place/../enabled") ? json_decode(file_get_contents("$place/../enabled"), true) : [];
        file_put_contents("$place/../enabled", json_encode(array_values(array_unique([...$enabled, ...$arguments]))));
        break;
}

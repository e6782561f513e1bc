/**
 * The options of mosquitto_sub and mosquitto_pub up to 2.1, from their manual pages. A command line knows
 * nothing but whole words: no `-p1883`, no `--host=broker`.
 */
export type CommandOption =
  | 'host'
  | 'port'
  | 'url'
  | 'unix'
  | 'topic'
  | 'qos'
  | 'username'
  | 'password'
  | 'id'
  | 'id-prefix'
  | 'persistent'
  | 'keep-alive'
  | 'version'
  | 'session-expiry'
  | 'property'
  | 'ca-file'
  | 'ca-path'
  | 'cert'
  | 'key'
  | 'insecure'
  | 'system-ca'
  | 'tls-version'
  | 'alpn'
  | 'will-topic'
  | 'will-payload'
  | 'will-qos'
  | 'will-retain'
  | 'proxy'
  | 'retain-as-published'
  | 'no-tls'
  | 'websocket'
  | 'retain-handling'
  /** What this program does in any case. */
  | 'always'
  /** Concerns what is printed or sent once, and not the connection. */
  | 'once'
  /** Concerns the connection, and has no counterpart here. */
  | 'unsupported';

/** What an option is, and how many words follow it. */
export interface OptionRule {
  readonly is: CommandOption;
  readonly words: 0 | 1;
}

const RULES: readonly (readonly [CommandOption, 0 | 1, string])[] = [
  ['host', 1, '-h --host'],
  ['port', 1, '-p --port'],
  ['url', 1, '-L --url'],
  ['unix', 1, '--unix'],
  ['topic', 1, '-t --topic'],
  ['qos', 1, '-q --qos'],
  ['username', 1, '-u --username'],
  ['password', 1, '-P --pw'],
  ['id', 1, '-i --id'],
  ['id-prefix', 1, '-I --id-prefix'],
  ['persistent', 0, '-c --disable-clean-session'],
  ['keep-alive', 1, '-k --keepalive'],
  ['version', 1, '-V --protocol-version'],
  ['session-expiry', 1, '-x --session-expiry-interval'],
  // Two or three words follow, which the reader of properties counts.
  ['property', 0, '-D --property'],
  ['ca-file', 1, '--cafile'],
  ['ca-path', 1, '--capath'],
  ['cert', 1, '--cert'],
  ['key', 1, '--key'],
  ['insecure', 0, '--insecure'],
  ['system-ca', 0, '--tls-use-os-certs'],
  ['tls-version', 1, '--tls-version'],
  ['alpn', 1, '--tls-alpn'],
  ['will-topic', 1, '--will-topic'],
  ['will-payload', 1, '--will-payload'],
  ['will-qos', 1, '--will-qos'],
  ['will-retain', 0, '--will-retain'],
  ['proxy', 1, '--proxy'],
  ['retain-as-published', 0, '--retain-as-published'],
  ['no-tls', 0, '--no-tls'],
  ['websocket', 0, '--ws'],
  ['retain-handling', 1, '--retain-handling'],
  ['always', 0, '-d --debug -v --verbose --nodelay --help --version'],
  ['once', 0, '-E -l --stdin-line -n --null-message -N --pretty --quiet -r --retain -R --retained-only'],
  ['once', 0, '--remove-retained -s --stdin-file -w --watch --message-rate --latency'],
  ['once', 1, '-C -e -f --file -F -m --message --random-filter --repeat --repeat-delay -U --unsubscribe -W'],
  ['unsupported', 0, '-S'],
  [
    'unsupported',
    1,
    '-A -M -T --filter-out --ciphers --psk --psk-identity --tls-engine --tls-engine-kpass-sha1 --keyform --tls-keylog -o',
  ],
];

export const OPTIONS: ReadonlyMap<string, OptionRule> = new Map(
  RULES.flatMap(([is, words, names]) => names.split(' ').map((name) => [name, { is, words }] as const)),
);

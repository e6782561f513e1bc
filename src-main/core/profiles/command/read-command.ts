import { readAddress } from '../address.ts';
import { OPTIONS, type CommandOption, type OptionRule } from './command-options.ts';
import { putProperty, WillDraft } from './command-properties.ts';
import type { Qos } from '../../../contract/model/model.ts';
import { Draft, type ImportedProfile } from '../draft.ts';
import type { Word } from './scan.ts';
import { readHost } from '../host.ts';
import { hostAndPort } from '../shown-address.ts';

/** The name of the program as a word of a command line, with a path before it or `.exe` behind it. */
const PROGRAM = /(?:^|[/\\])mosquitto_(sub|pub|rr)(?:\.exe)?$/i;

export function commandName(word: string): 'sub' | 'pub' | null {
  const name = PROGRAM.exec(word)?.[1]?.toLowerCase();
  return name === undefined ? null : name === 'sub' ? 'sub' : 'pub';
}

/** Either a profile, or why there is none, in a sentence. */
export type CommandRead = ImportedProfile | { readonly why: string };

/** Reads the words of one command, the program's name first. Opens none of the files it names. */
export function readCommand(words: readonly Word[]): CommandRead {
  const reader = new CommandReader(commandName(words[0]?.text ?? '') === 'sub', words);
  return reader.read();
}

const VERSIONS: ReadonlyMap<string, string> = new Map([
  ['mqttv5', '5'],
  ['5', '5'],
  ['mqttv311', '3.1.1'],
  ['311', '3.1.1'],
  ['mqttv31', '3.1'],
  ['31', '3.1'],
]);
const TLS_VERSIONS: ReadonlyMap<string, string> = new Map([
  ['tlsv1.3', 'TLSv1.3'],
  ['tlsv1.2', 'TLSv1.2'],
  ['tlsv1.1', 'TLSv1.1'],
  ['tlsv1', 'TLSv1'],
]);

class CommandReader {
  readonly #subscribes: boolean;
  readonly #words: readonly Word[];
  readonly #draft = new Draft();
  readonly #will = new WillDraft();
  readonly #topics: string[] = [];
  #at = 1;
  #qos = 0;
  #port: number | null = null;
  #socket: string | null = null;
  #secure = false;
  #noTls = false;
  #webSocket = false;
  #retainHandling: Qos = 0;
  /** Options that concern what is printed or sent once. */
  readonly #once = new Set<string>();
  /** The shell fills in a filter. */
  #lostFilter = false;
  #stop: string | null = null;

  constructor(subscribes: boolean, words: readonly Word[]) {
    this.#subscribes = subscribes;
    this.#words = words;
  }

  read(): CommandRead {
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++];
      if (word === undefined) break;
      const rule = OPTIONS.get(word.text);
      if (rule === undefined) this.#unknown(word.text);
      else this.#option(word.text, rule);
    }
    if (this.#stop !== null) return { why: this.#stop };
    return this.#finish() ?? { why: 'The command names no valid host.' };
  }

  #unknown(text: string): void {
    const name = /^--?[a-z][a-z0-9-]{0,40}(?==|$)/i.exec(text)?.[0];
    this.#draft.note(
      name === undefined
        ? 'A word that belongs to no option was left out.'
        : `The unknown option ${name} was left out.`,
    );
    // Its value, unless another option follows.
    const next = this.#words[this.#at];
    if (name !== undefined && next !== undefined && !next.text.startsWith('-')) this.#at++;
  }

  #option(name: string, { is, words }: OptionRule): void {
    if (is === 'property') return this.#property();
    const value = words === 1 ? this.#words[this.#at++] : undefined;
    if (words === 1 && value === undefined) {
      return this.#draft.note(`The option ${name} at the end has no value.`);
    }
    if (is === 'always') return;
    if (is === 'once') {
      this.#once.add(name);
      return;
    }
    if (is === 'unsupported')
      return this.#draft.note(`The option ${name} has no counterpart here and was left out.`);
    if (value === undefined) return this.#flag(is);
    if (value.computed !== null) return this.#computed(name, is, value);
    this.#value(is, value.text);
  }

  #property(): void {
    const read = putProperty(this.#words.slice(this.#at, this.#at + 4), this.#draft, this.#will);
    this.#at += read;
  }

  #flag(is: CommandOption): void {
    if (is === 'persistent') this.#draft.put('cleanStart', false, 'The option -c');
    else if (is === 'will-retain') this.#will.retain = true;
    else if (is === 'no-tls') this.#noTls = true;
    else if (is === 'websocket') this.#webSocket = true;
    else if (is === 'system-ca') {
      this.#secure = true;
      this.#draft.putTls('systemCa', true, 'The option --tls-use-os-certs');
    } else if (is === 'insecure') {
      this.#draft.putTls('checks', { chain: true, dates: true, hostName: false }, 'The option --insecure');
    }
  }

  /** The shell would fill in the value: only a password can be taken from elsewhere later. */
  #computed(name: string, is: CommandOption, { computed }: Word): void {
    if (is === 'password' && computed?.kind === 'variable') {
      this.#draft.put('passwordFrom', { kind: 'environment', name: computed.name }, 'The password');
    } else if (is === 'password' && computed?.kind === 'file') {
      this.#draft.put('passwordFrom', { kind: 'file', path: computed.path }, 'The password');
    } else if (is === 'host' || is === 'url' || is === 'unix') {
      this.#stop = `The value of ${name} is filled in by the shell; write out the host instead of a variable.`;
    } else if (is === 'topic') {
      this.#lostFilter = true;
      this.#draft.note('A topic filter is filled in by the shell and was left out.');
    } else this.#draft.note(`The value of ${name} is filled in by the shell and was not taken over.`);
  }

  #value(is: CommandOption, text: string): void {
    const draft = this.#draft;
    switch (is) {
      case 'host':
        return this.#host(text);
      case 'port':
        this.#port = wholeNumber(text);
        return draft.put('port', this.#port, 'The port');
      case 'url':
        return this.#url(text);
      case 'unix':
        this.#socket = text;
        return;
      case 'topic':
        this.#topics.push(text);
        return;
      case 'qos':
        this.#qos = wholeNumber(text);
        return;
      case 'retain-handling':
        this.#retainHandling = text === 'never' ? 2 : text === 'new' ? 1 : 0;
        return;
      case 'username':
        return draft.put('username', text, 'The username');
      case 'password':
        return draft.put('password', text, 'The password');
      default:
        return this.#sessionValue(is, text);
    }
  }

  #sessionValue(is: CommandOption, text: string): void {
    const draft = this.#draft;
    switch (is) {
      case 'id':
        return draft.put('clientId', text, 'The client ID');
      case 'id-prefix':
        draft.note('The client ID begins with the prefix of the command and is the same at each connect.');
        return draft.put('clientId', `${text}topicscope`, 'The client ID');
      case 'keep-alive':
        return draft.put('keepAlive', wholeNumber(text), 'The keep-alive');
      case 'version':
        return draft.put('version', VERSIONS.get(text) ?? text, 'The MQTT version');
      case 'session-expiry': {
        const forever = text === '-1' || text === '∞';
        return draft.put('sessionExpiry', forever ? 0xffff_ffff : wholeNumber(text), 'The session expiry');
      }
      case 'will-topic':
        this.#will.topic = text;
        return;
      case 'will-payload':
        this.#will.payload = text;
        return;
      case 'will-qos':
        this.#will.qos = wholeNumber(text);
        return;
      case 'proxy':
        return this.#proxy(text);
      default:
        return this.#tlsValue(is, text);
    }
  }

  #tlsValue(is: CommandOption, text: string): void {
    const draft = this.#draft;
    this.#secure = true;
    if (is === 'ca-file') draft.putTls('ca', text, 'The CA certificate');
    else if (is === 'cert') draft.putTls('cert', text, 'The client certificate');
    else if (is === 'key') draft.putTls('key', text, 'The client key');
    else if (is === 'alpn') draft.putTls('alpn', [text], 'The ALPN name');
    else if (is === 'tls-version') {
      draft.putTls('minVersion', TLS_VERSIONS.get(text.toLowerCase()) ?? text, 'The TLS version');
    } else if (is === 'ca-path') {
      draft.note('A folder of CA certificates cannot be used here: give one file that holds them all.');
    }
  }

  #host(text: string): void {
    const read = readHost(text);
    if (read.kind === 'failed') {
      this.#stop = 'The host in the command is not a valid name or address.';
      return;
    }
    this.#draft.put('host', read.host, 'The host');
    if (read.port === null) return;
    this.#draft.note('The port was taken from the host, where mosquitto itself does not read it.');
    this.#port = read.port;
    this.#draft.put('port', read.port, 'The port');
  }

  /**
   * `mqtt://user:password@host:port/topic`, cut as mosquitto cuts it: at the first `/`, `@` and `:`, and nothing is
   * decoded, neither %40 nor a topic.
   */
  #url(text: string): void {
    const [, scheme = '', rest = ''] = /^(mqtts?|wss?):\/\/(.*)$/is.exec(text) ?? [];
    const [authority, topic = ''] = cut(rest, '/');
    const [before, after] = cut(authority, '@');
    const read = readHost(after ?? before);
    if (read.kind === 'failed') {
      this.#stop = `The address after -L cannot be read: ${read.message}`;
      return;
    }
    this.#transport(scheme.toLowerCase(), read.host, read.port);
    if (after !== undefined) this.#credentials(before);
    if (topic !== '') this.#topics.push(topic);
  }

  #transport(scheme: string, host: string, port: number | null): void {
    const secure = scheme.endsWith('s') && scheme !== 'ws';
    this.#port = port ?? (secure ? 8883 : 1883);
    this.#secure ||= secure;
    this.#webSocket ||= scheme.startsWith('ws');
    this.#draft.put('host', host, 'The host');
    this.#draft.put('port', this.#port, 'The port');
  }

  #credentials(text: string): void {
    const [username, password] = cut(text, ':');
    this.#draft.put('username', username, 'The username');
    this.#draft.put('password', password, 'The password');
  }

  #proxy(text: string): void {
    const match = /^socks5h?:\/\/(.*)$/i.exec(text);
    const read = match?.[1] === undefined ? null : readAddress(`mqtt://${match[1].replace(/\/$/, '')}`);
    if (read === null || read.kind === 'failed')
      return this.#draft.note('The proxy was not taken over: its address is not valid.');
    const { host, username, password } = read.options;
    const port = /:\d+\/?$/.test(text) ? read.options.port : 1080;
    this.#draft.put('proxy', { kind: 'socks5', host, port, username, password }, 'The proxy');
  }

  #finish(): ImportedProfile | null {
    const draft = this.#draft;
    if (this.#socket !== null) {
      draft.put('protocol', 'unix', 'The socket');
      draft.put('host', this.#socket, 'The path of the socket');
    } else {
      // As the program itself: port 8883 means TLS, with or without a certificate.
      const secure = !this.#noTls && (this.#secure || this.#port === 8883);
      const [plain, encrypted] = this.#webSocket ? ['ws', 'wss'] : ['mqtt', 'mqtts'];
      draft.put('protocol', secure ? encrypted : plain, 'The protocol');
      if (draft.get('port') === undefined) draft.put('port', secure ? 8883 : 1883, 'The port');
      if (draft.get('host') === undefined) draft.put('host', 'localhost', 'The host');
    }
    this.#finishSession();
    const profile = draft.finish();
    if (profile === null) return null;
    const name = hostAndPort(profile.options).slice(0, 200);
    return { ...profile, name, options: { ...profile.options, name } };
  }

  #finishSession(): void {
    const draft = this.#draft;
    const keeps = draft.get('cleanStart') === false;
    // Its own default: a session that is kept is kept for good.
    if (keeps && draft.get('sessionExpiry') === undefined)
      draft.put('sessionExpiry', 0xffff_ffff, 'The session expiry');
    const will = this.#will.finish();
    if (will !== null) draft.putWill(will);
    if (this.#subscribes) this.#finishSubscriptions();
    if (this.#once.size > 0) {
      const names = [...this.#once].join(', ');
      draft.note(`Left out because they concern what the command prints or sends: ${names}.`);
    }
  }

  #finishSubscriptions(): void {
    const draft = this.#draft;
    const qos = this.#qos;
    if (qos !== 0 && qos !== 1 && qos !== 2) draft.note('The QoS was not taken over: it is 0, 1 or 2.');
    for (const filter of this.#topics) {
      draft.putSubscription({
        filter,
        qos: qos === 1 || qos === 2 ? qos : 0,
        retainHandling: this.#retainHandling,
      });
    }
    if (this.#topics.length === 0 && !this.#lostFilter) {
      draft.note('The command names no topic filter: # and $SYS/# are subscribed to.');
    } else draft.closeSubscriptions();
  }
}

/** What stands before and behind the first such character; undefined behind where there is none. */
function cut(text: string, character: string): readonly [string, string?] {
  const at = text.indexOf(character);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** NaN where it is none, which fits no field. */
function wholeNumber(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}

import { isShared } from '../../topics/filters.ts';
import type { Will } from '../../../contract/model/connect-fields.ts';
import { failed, type Failure } from '../../../contract/base/errors.ts';
import type { ConnectionOptions, Qos } from '../../../contract/model/model.ts';
import { atPort } from '../host.ts';
import { namedPath } from '../named-path.ts';
import { splitSecrets } from '../secrets.ts';
import { quoteWord, survivesCmd } from './quote-word.ts';
import { percentEncoded } from '../../text/percent.ts';

export interface CommandRequest {
  readonly options: ConnectionOptions;
  readonly tool: 'mosquitto_sub' | 'mosquitto_pub';
  readonly shell: 'sh' | 'cmd';
  /** What `mosquitto_pub` sends; null leaves a topic for the user to replace. */
  readonly message: {
    readonly topic: string;
    readonly payload: string;
    readonly qos: Qos;
    readonly retain: boolean;
  } | null;
}

export interface CommandText {
  readonly kind: 'command';
  readonly text: string;
  /** What the command does not do that the connection does. */
  readonly notes: readonly string[];
}

/**
 * A command that connects as the options do, for `mosquitto_sub` or `mosquitto_pub` 2.0. Secrets are left
 * out: a command line is kept in the shell's history and seen by every user of the machine.
 */
export function commandLine(request: CommandRequest): CommandText | Failure {
  const { options, tool, shell } = request;
  if (options.protocol === 'ws' || options.protocol === 'wss') {
    return failed(
      'no-websocket',
      `${tool} 2.0 speaks no MQTT over WebSocket.`,
      'Use a listener of the broker for MQTT over TCP or TLS, usually port 1883 or 8883.',
    );
  }
  const writer = new Writer(shell);
  const isMqtt5 = writeVersion(writer, options);
  writeBroker(writer, options);
  writeTls(writer, options, tool);
  writeIdentity(writer, options);
  writeSession(writer, options, isMqtt5);
  writeWill(writer, options.will, isMqtt5);
  if (tool === 'mosquitto_sub') writeSubscriptions(writer, options, isMqtt5);
  else writeMessage(writer, request.message);
  if (writer.broken) {
    return failed(
      'not-in-cmd',
      'A value holds a line break or a % sign that the command prompt of Windows would change.',
      'Copy the command for a Unix shell instead.',
    );
  }
  return { kind: 'command', text: [tool, ...writer.words].join(' '), notes: writer.notes };
}

class Writer {
  readonly words: string[] = [];
  readonly notes: string[] = [];
  broken = false;
  readonly shell: 'sh' | 'cmd';

  constructor(shell: 'sh' | 'cmd') {
    this.shell = shell;
  }

  /** The name of an option and its values, quoted. */
  add(...words: readonly string[]): void {
    for (const word of words) {
      if (this.shell === 'cmd' && !survivesCmd(word)) this.broken = true;
      // No argument of a program can hold it.
      this.words.push(quoteWord(word.replaceAll('\0', ''), this.shell));
    }
  }

  /** A word the shell has to see as it is. */
  raw(option: string, word: string): void {
    this.words.push(option, word);
  }

  note(text: string): void {
    this.notes.push(text);
  }
}

/** @returns whether properties of MQTT 5 can be sent */
function writeVersion(writer: Writer, options: ConnectionOptions): boolean {
  const { version } = options;
  if (version === '3.1') writer.add('-V', 'mqttv31');
  if (version === '3.1.1') writer.add('-V', 'mqttv311');
  const isMqtt5 = version === '5' || (version === 'auto' && usesMqtt5(options));
  if (isMqtt5) writer.add('-V', 'mqttv5');
  return isMqtt5;
}

function usesMqtt5(options: ConnectionOptions): boolean {
  const { will } = options;
  return (
    options.sessionExpiry !== null ||
    options.receiveMaximum !== null ||
    options.maximumPacketSize !== null ||
    options.userProperties.length > 0 ||
    options.requestResponseInformation ||
    !options.requestProblemInformation ||
    (will !== null && (will.delayInterval !== null || will.userProperties.length > 0)) ||
    options.subscriptions.some(({ enabled, filter }) => enabled && isShared(filter))
  );
}

function writeBroker(writer: Writer, options: ConnectionOptions): void {
  const { protocol, host, port, proxy } = options;
  if (protocol === 'unix') return writer.add('--unix', host);
  writer.add('-h', host);
  if (port !== (protocol === 'mqtts' ? 8883 : 1883)) writer.add('-p', String(port));
  else if (protocol === 'mqtts') writer.add('-p', '8883');
  if (proxy === null) return;
  if (proxy.kind === 'http') return writer.note('The HTTP proxy is left out: the command knows SOCKS5 only.');
  const lone = splitSecrets(options).secrets['proxy.username'];
  const at = proxy.username === null || lone !== undefined ? '' : `${percentEncoded(proxy.username)}@`;
  writer.add('--proxy', `socks5h://${at}${atPort(proxy.host, proxy.port)}`);
  if (lone !== undefined)
    writer.note('The username of the proxy is left out: without a password it may be a token.');
  if (proxy.password !== null) writer.note('The password of the proxy is left out.');
}

function writeTls(writer: Writer, { protocol, tls }: ConnectionOptions, tool: string): void {
  if (protocol !== 'mqtts') return;
  const files = [
    ['--cafile', 'ca'],
    ['--cert', 'cert'],
    ['--key', 'key'],
  ] as const;
  for (const [option, field] of files) {
    const value = tls[field];
    // What stands for a kept secret is no path either.
    const path = value?.includes('\uE000') === true ? null : namedPath(field, value);
    if (path !== null) writer.add(option, path);
    else if (field === 'ca') writer.add('--tls-use-os-certs');
    if (path === null && value !== null && value.trim() !== '') {
      writer.note(`${option} is missing: what is kept as text has to be saved to a file for ${tool}.`);
    }
  }
  if (tls.pfx !== null)
    writer.note('PKCS#12 is not read by the command: convert it to PEM, and add --cert and --key.');
  if (tls.passphrase !== null) writer.note('The command asks for the passphrase of the key.');
  writeChecks(writer, tls);
}

function writeChecks(
  writer: Writer,
  { verify, checks, minVersion, alpn, servername }: ConnectionOptions['tls'],
): void {
  if (!verify || !checks.hostName) writer.add('--insecure');
  if (!verify || !checks.chain || !checks.dates) {
    writer.note('The command verifies chain and dates of the certificate; this cannot be turned off there.');
  }
  if (minVersion === 'TLSv1.3') writer.add('--tls-version', 'tlsv1.3');
  else if (minVersion !== 'TLSv1.2')
    writer.note('The lower TLS version is left out: the command begins at TLS 1.2.');
  const [first, ...others] = alpn;
  if (first !== undefined) writer.add('--tls-alpn', first);
  if (others.length > 0) writer.note('The command offers the first ALPN name only.');
  if (servername !== null)
    writer.note('The server name (SNI) is left out: the command always sends the host.');
}

function writeIdentity(writer: Writer, options: ConnectionOptions): void {
  const { username, password, passwordFrom, authentication, signing } = options;
  const lone = splitSecrets(options).secrets['username'];
  if (options.clientId !== '') writer.add('-i', options.clientId);
  if (lone !== undefined)
    writer.note('The username is left out: without a password it may be a token. Add it with -u.');
  else if (username !== null) writer.add('-u', username);
  if (authentication !== 'none') {
    writer.note(`${authentication} is left out: the command signs in with username and password only.`);
  }
  if (signing.kind !== 'none') {
    writer.note('The password is made for each connection and is left out: add it with -P.');
  } else if (passwordFrom.kind === 'environment' && /^[A-Za-z_]\w*$/.test(passwordFrom.name)) {
    const { name } = passwordFrom;
    writer.raw('-P', writer.shell === 'sh' ? `"$${name}"` : `"%${name}%"`);
  } else if (
    passwordFrom.kind === 'file' &&
    writer.shell === 'sh' &&
    /^[^'\n\0-]/.test(passwordFrom.path) &&
    !/['\n\0]/.test(passwordFrom.path)
  ) {
    writer.raw('-P', `"$(cat '${passwordFrom.path}')"`);
  } else if (password !== null || passwordFrom.kind !== 'text') {
    writer.note('The password is left out: add it with -P.');
  }
}

function writeSession(writer: Writer, options: ConnectionOptions, isMqtt5: boolean): void {
  if (options.keepAlive !== 60) writer.add('-k', String(options.keepAlive));
  if (!options.cleanStart) {
    writer.add('-c');
    if (options.clientId === '') writer.note('A session that is kept needs a client ID: add it with -i.');
  }
  if (!isMqtt5) return;
  if (options.sessionExpiry !== null) writer.add('-x', String(options.sessionExpiry));
  else if (!options.cleanStart) writer.add('-x', '0');
  const connect = (name: string, ...values: readonly string[]): void =>
    writer.add('-D', 'connect', name, ...values);
  if (options.receiveMaximum !== null) connect('receive-maximum', String(options.receiveMaximum));
  if (options.maximumPacketSize !== null) connect('maximum-packet-size', String(options.maximumPacketSize));
  if (!options.requestProblemInformation) connect('request-problem-information', '0');
  if (options.requestResponseInformation) connect('request-response-information', '1');
  for (const { name, value } of options.userProperties) connect('user-property', name, value);
}

function writeWill(writer: Writer, will: Will | null, isMqtt5: boolean): void {
  if (will === null) return;
  if (will.encoding === 'hex') {
    return writer.note('The will is left out: the command cannot send a payload given in hex digits.');
  }
  writer.add('--will-topic', will.topic);
  if (will.payload !== '') writer.add('--will-payload', will.payload);
  if (will.qos > 0) writer.add('--will-qos', String(will.qos));
  if (will.retain) writer.add('--will-retain');
  if (!isMqtt5) return;
  const property = (name: string, value: number | string | null): void => {
    if (value !== null) writer.add('-D', 'will', name, String(value));
  };
  property('will-delay-interval', will.delayInterval);
  property('message-expiry-interval', will.messageExpiry);
  property('payload-format-indicator', will.utf8 ? 1 : null);
  property('content-type', will.contentType);
  property('response-topic', will.responseTopic);
  if (will.correlationData !== null) writer.note('The correlation data of the will are left out.');
  for (const { name, value } of will.userProperties) writer.add('-D', 'will', 'user-property', name, value);
}

function writeSubscriptions(writer: Writer, { subscriptions }: ConnectionOptions, isMqtt5: boolean): void {
  const enabled = subscriptions.filter((one) => one.enabled);
  const qos = Math.max(0, ...enabled.map((one) => one.qos));
  if (enabled.some((one) => one.qos !== qos)) {
    writer.note(`All filters are subscribed to with QoS ${qos}: the command knows one QoS for all.`);
  }
  if (enabled.length === 0) {
    writer.add('-t', 'TOPIC');
    writer.note('The connection subscribes to nothing: replace TOPIC by a filter.');
  }
  for (const { filter } of enabled) writer.add('-t', filter);
  if (qos > 0) writer.add('-q', String(qos));
  if (isMqtt5 && enabled.some((one) => one.retainAsPublished)) writer.add('--retain-as-published');
  if (enabled.some((one) => one.noLocal || one.retainHandling !== 0 || one.identifier !== null)) {
    writer.note('No local, retain handling and identifiers of subscriptions are left out.');
  }
  writer.add('-v');
}

function writeMessage(writer: Writer, message: CommandRequest['message']): void {
  if (message === null) {
    writer.add('-t', 'TOPIC', '-m', 'MESSAGE');
    writer.note('Replace TOPIC and MESSAGE.');
    return;
  }
  writer.add('-t', message.topic);
  if (message.qos > 0) writer.add('-q', String(message.qos));
  if (message.retain) writer.add('-r');
  if (message.payload === '') writer.add('-n');
  else writer.add('-m', message.payload);
}

import { formatCounted } from '../../text/amounts.ts';
import type { UserProperty } from '../../../contract/model/connect-fields.ts';
import { hexOf } from '../command/command-properties.ts';
import { Draft, type ImportedProfile } from '../draft.ts';
import { noteTheRest } from './notes.ts';
import { isObject, numberOf, numberOrMisfit, parseJson, textOf, type JsonObject } from './json-value.ts';
import { setDraftHost } from '../set-draft-host.ts';

/** Folders within folders; deeper ones, and those that contain each other, end there. */
const MAX_FOLDERS = 16;

/** What a backup of MQTTX holds. */
export interface MqttxBackup {
  readonly connections: readonly unknown[];
  /** Names of folders from the outermost, divided by `/`, by their id. */
  readonly folders: ReadonlyMap<string, string>;
}

/** A list of connections, since 2025 with folders among them; null where it is something else. */
export function mqttxBackup(file: unknown): MqttxBackup | null {
  const list = Array.isArray(file) ? file : isObject(file) ? file['connections'] : null;
  const records: unknown[] = Array.isArray(list) ? list : isObject(file) ? [file] : [];
  if (!records.some(looksLikeMqttx)) return null;
  const isFolder = (one: unknown): one is JsonObject => isObject(one) && one['isCollection'] === true;
  return {
    connections: records.filter((one) => !isFolder(one)),
    folders: foldersOf(records.filter(isFolder)),
  };
}

/** No other program has these fields together. */
function looksLikeMqttx(one: unknown): boolean {
  if (!isObject(one) || typeof one['host'] !== 'string') return false;
  return 'clientId' in one && ('keepalive' in one || 'mqttVersion' in one || 'connectTimeout' in one);
}

function foldersOf(records: readonly JsonObject[]): ReadonlyMap<string, string> {
  const byId = new Map(records.map((record) => [textOf(record['id']) ?? '', record]));
  const paths = new Map<string, string>();
  for (const id of byId.keys()) {
    const names: string[] = [];
    let at: JsonObject | undefined = byId.get(id);
    while (at !== undefined && names.length < MAX_FOLDERS) {
      names.unshift((textOf(at['name']) ?? '').slice(0, 200).replaceAll('/', ' '));
      at = byId.get(textOf(at['parentId']) ?? '');
    }
    paths.set(id, names.join('/'));
  }
  return paths;
}

/** Null where it has no host. */
export function readMqttxConnection(entry: unknown, backup: MqttxBackup): ImportedProfile | null {
  if (!isObject(entry)) return null;
  const draft = new Draft();
  draft.name = textOf(entry['name']) ?? '';
  draft.folder = backup.folders.get(textOf(entry['parentId']) ?? '') ?? '';
  readTransport(draft, entry);
  readIdentity(draft, entry);
  readTls(draft, entry);
  // Older backups have what belongs to MQTT 5 beside the other fields, newer ones in an object.
  readMqtt5(draft, { ...entry, ...(isObject(entry['properties']) && entry['properties']) });
  // Before 2021 its fields lay beside the others.
  readWill(draft, isObject(entry['will']) ? entry['will'] : entry);
  readSubscriptions(draft, entry['subscriptions']);
  noteMessages(draft, entry['messages']);
  const properties = isObject(entry['properties']) ? entry['properties'] : {};
  noteTheRest(draft, { ...properties, ...entry }, READ);
  return draft.finish();
}

/** The list, or where it was left out on the way here the number of its entries. */
function noteMessages(draft: Draft, messages: unknown): void {
  const count = Array.isArray(messages) ? messages.length : (numberOf(messages) ?? 0);
  if (count > 0) draft.note(`${formatCounted(count, 'message')} kept with the connection: left out.`);
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Read above, or of the window of that program only. */
const READ = words(
  'id name parentId collectionId orderId isCollection createAt updateAt unreadMessageCount client protocol ssl host port path connectTimeout clientId clientIdWithTime username password mqttVersion keepalive clean reconnect rejectUnauthorized certType ca cert key ALPNProtocols properties will subscriptions messages sessionExpiryInterval receiveMaximum maximumPacketSize topicAliasMaximum requestResponseInformation requestProblemInformation userProperties authenticationMethod lastWillTopic lastWillPayload lastWillQos lastWillRetain willDelayInterval messageExpiryInterval payloadFormatIndicator contentType responseTopic correlationData',
);
const READ_OF_WILL = words(
  'id lastWillTopic lastWillPayload lastWillQos lastWillRetain properties willDelayInterval messageExpiryInterval payloadFormatIndicator contentType responseTopic correlationData userProperties',
);
const READ_OF_SUBSCRIPTION = words(
  'id topic qos nl rap rh disabled subscriptionIdentifier color createAt updateAt connectionId retain',
);

const SECURE: ReadonlyMap<string, string> = new Map([
  ['mqtt', 'mqtts'],
  ['ws', 'wss'],
]);
const VERSIONS: ReadonlyMap<string, string> = new Map([
  ['3.1', '3.1'],
  ['3.1.1', '3.1.1'],
  ['5.0', '5'],
  ['5', '5'],
]);

function readTransport(draft: Draft, entry: JsonObject): void {
  const protocol = textOf(entry['protocol']) ?? 'mqtt';
  // The oldest backups have no protocol, and `ssl` alone.
  draft.put(
    'protocol',
    entry['ssl'] === true ? (SECURE.get(protocol) ?? protocol) : protocol,
    'The protocol',
  );
  draft.put('port', numberOrMisfit(entry['port']), 'The port');
  setDraftHost(draft, entry['host']);
  if (protocol.startsWith('ws')) {
    const path = textOf(entry['path']) ?? '/';
    draft.put('path', path.startsWith('/') ? path : `/${path}`, 'The path');
  }
  const seconds = numberOf(entry['connectTimeout']);
  if (seconds !== undefined) {
    // Its first versions counted in milliseconds.
    const wanted = seconds >= 500 ? seconds : seconds * 1_000;
    const ms = Math.min(120_000, Math.max(500, wanted));
    draft.put('connectTimeoutMs', ms, 'The connect timeout');
    if (ms < wanted) draft.note('The connect timeout was shortened to 120 s, the most there is here.');
  }
}

function readIdentity(draft: Draft, entry: JsonObject): void {
  const version = entry['mqttVersion'];
  if (typeof version === 'string') draft.put('version', VERSIONS.get(version) ?? version, 'The MQTT version');
  if (entry['clientIdWithTime'] === true) {
    draft.note('Its client ID changes with each connect; here a new one is made for each connection.');
  } else draft.put('clientId', textOf(entry['clientId']), 'The client ID');
  draft.put('username', textOf(entry['username']), 'The username');
  draft.put('password', textOf(entry['password']), 'The password');
  draft.put('keepAlive', numberOrMisfit(entry['keepalive']), 'The keep-alive');
  if (entry['reconnect'] === false) {
    draft.note(
      'It does not reconnect by itself there; here a lost connection is tried again until you stop it.',
    );
  }
  if (typeof entry['clean'] === 'boolean') draft.put('cleanStart', entry['clean'], 'Clean start');
}

function readTls(draft: Draft, entry: JsonObject): void {
  if (entry['rejectUnauthorized'] === false) draft.putTls('verify', false, 'The verification');
  draft.putTls('alpn', alpnOf(entry['ALPNProtocols']), 'The ALPN list');
  const files = [entry['ca'], entry['cert'], entry['key']].map(textOf);
  // With a certificate of a public authority the paths are left over from before.
  if (entry['certType'] === 'server') {
    if (files.some((file) => file !== undefined)) {
      draft.note('Certificate files that are not in use there were left out.');
    }
    return;
  }
  const [ca, cert, key] = files;
  draft.putTls('ca', ca, 'The CA certificate');
  draft.putTls('cert', cert, 'The client certificate');
  draft.putTls('key', key, 'The client key');
}

/** A list, or a text as typed: names divided by commas, sometimes as a list is written. */
function alpnOf(value: unknown): string[] | undefined {
  const names = Array.isArray(value)
    ? value
    : (textOf(value)
        ?.replaceAll(/[[\]"']/g, '')
        .split(',') ?? []);
  const found = names.filter((name) => typeof name === 'string').map((name) => name.trim());
  const named = found.filter((name) => name !== '');
  return named.length === 0 ? undefined : named;
}

function readMqtt5(draft: Draft, entry: JsonObject): void {
  // Zero is what its form leaves where nothing was entered; the protocol forbids it here.
  const positive = (name: string): number | undefined => numberOf(entry[name]) || undefined;
  draft.put('sessionExpiry', numberOrMisfit(entry['sessionExpiryInterval']), 'The session expiry');
  draft.put('receiveMaximum', positive('receiveMaximum'), 'The receive maximum');
  draft.put('maximumPacketSize', positive('maximumPacketSize'), 'The maximum packet size');
  if (entry['requestProblemInformation'] === false) {
    draft.put('requestProblemInformation', false, 'Request problem information');
  }
  if (entry['requestResponseInformation'] === true) {
    draft.put('requestResponseInformation', true, 'Request response information');
  }
  if (positive('topicAliasMaximum') !== undefined) {
    draft.note('Topic Alias Maximum was left out: this program takes no topic aliases.');
  }
  for (const one of readUserProperties(entry['userProperties']) ?? []) draft.putUserProperty(one);
  const method = textOf(entry['authenticationMethod']);
  draft.put('authentication', method, 'The authentication method');
}

/** An object whose values are texts or lists of texts; some versions keep it as JSON text. */
function readUserProperties(value: unknown): UserProperty[] | undefined {
  const parsed = typeof value === 'string' && value.startsWith('{') ? parseJson(value) : { value };
  if (!('value' in parsed) || !isObject(parsed.value)) return undefined;
  const found: UserProperty[] = [];
  for (const [name, values] of Object.entries(parsed.value)) {
    for (const one of Array.isArray(values) ? values : [values]) {
      if (typeof one === 'string') found.push({ name, value: one });
    }
  }
  return found.length > 0 ? found : undefined;
}

function readWill(draft: Draft, will: JsonObject): void {
  const topic = textOf(will['lastWillTopic']);
  // The form is kept with empty fields where there is no will.
  if (topic === undefined) return;
  const more: JsonObject = { ...will, ...(isObject(will['properties']) && will['properties']) };
  // Where they are mixed with the connection's fields, the rest is noted with those.
  if (!('host' in will)) noteTheRest(draft, more, READ_OF_WILL, ' of the will');
  const qos = will['lastWillQos'];
  draft.putWill({
    topic,
    payload: textOf(will['lastWillPayload']) ?? '',
    encoding: 'text',
    qos: qos === 1 || qos === 2 ? qos : 0,
    retain: will['lastWillRetain'] === true,
    delayInterval: numberOf(more['willDelayInterval']) ?? null,
    messageExpiry: numberOf(more['messageExpiryInterval']) ?? null,
    utf8: more['payloadFormatIndicator'] === true,
    contentType: textOf(more['contentType']) ?? null,
    responseTopic: textOf(more['responseTopic']) ?? null,
    correlationData: correlationOf(more['correlationData']),
    userProperties: readUserProperties(more['userProperties']) ?? [],
  });
}

/** Text, or bytes as `Buffer` writes itself into JSON; here as hex digits. */
function correlationOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : hexOf(value);
  const data = isObject(value) ? value['data'] : null;
  if (!Array.isArray(data) || data.length > 65_535) return null;
  const bytes = data.filter((one) => Number.isInteger(one) && one >= 0 && one <= 255);
  return bytes.map((one: number) => one.toString(16).padStart(2, '0')).join('');
}

function readSubscriptions(draft: Draft, list: unknown): void {
  if (!Array.isArray(list)) return;
  for (const one of list) {
    const filter = isObject(one) ? textOf(one['topic']) : undefined;
    if (!isObject(one) || filter === undefined) {
      draft.note('A subscription without a topic filter was left out.');
      continue;
    }
    noteTheRest(draft, one, READ_OF_SUBSCRIPTION, ' of a subscription');
    const { qos, nl, rh } = one;
    const identifier = numberOf(one['subscriptionIdentifier']);
    draft.putSubscription({
      filter,
      qos: qos === 1 || qos === 2 ? qos : 0,
      noLocal: nl === true,
      // Off there unless chosen; here it distinguishes retained messages from others.
      retainAsPublished: true,
      retainHandling: rh === 1 || rh === 2 ? rh : 0,
      enabled: one['disabled'] !== true,
      identifier: identifier !== undefined && identifier > 0 ? identifier : null,
    });
  }
  if (list.length > 0) draft.closeSubscriptions();
}

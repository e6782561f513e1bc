import { Draft, type ImportedProfile } from '../draft.ts';
import { noteTheRest } from './notes.ts';
import { fromBase64, isObject, numberOrMisfit, textOf, type JsonObject } from './json-value.ts';
import { setDraftHost } from '../set-draft-host.ts';

/** Its storage is one JSON file; connections lie under this name, each under its id. */
const STORED_UNDER = 'ConnectionManager_connections';
/** Ids of this form were made by the program, not chosen by its user. */
const GENERATED_ID = /^mqtt-explorer-[0-9a-f]{8}$/;

/** The connections in `settings.json` of MQTT Explorer; null where the file is none. */
export function explorerConnections(file: unknown): readonly unknown[] | null {
  if (!isObject(file) || !Object.hasOwn(file, STORED_UNDER)) return null;
  const stored = file[STORED_UNDER];
  if (!isObject(stored)) return [];
  return Object.values(stored).toSorted((a, b) => orderOf(a) - orderOf(b));
}

function orderOf(entry: unknown): number {
  const order = isObject(entry) ? entry['order'] : null;
  return typeof order === 'number' && Number.isFinite(order) ? order : 0;
}

/** Null where it has no host. */
export function readExplorerConnection(entry: unknown): ImportedProfile | null {
  if (!isObject(entry)) return null;
  const draft = new Draft();
  const secure = entry['encryption'] === true;
  const webSocket = entry['protocol'] === 'ws';
  draft.name = textOf(entry['name']) ?? '';
  draft.put('protocol', webSocket ? (secure ? 'wss' : 'ws') : secure ? 'mqtts' : 'mqtt', 'The protocol');
  draft.put('port', numberOrMisfit(entry['port']), 'The port');
  setDraftHost(draft, entry['host']);
  if (webSocket) draft.put('path', pathOf(entry['basePath']), 'The path');
  draft.put('username', textOf(entry['username']), 'The username');
  draft.put('password', textOf(entry['password']), 'The password');
  const clientId = textOf(entry['clientId']) ?? '';
  if (!GENERATED_ID.test(clientId)) draft.put('clientId', clientId, 'The client ID');
  if (entry['certValidation'] === false) draft.putTls('verify', false, 'The verification');
  readCertificates(draft, entry);
  readSubscriptions(draft, entry['subscriptions']);
  noteTheRest(draft, entry, READ);
  return draft.finish();
}

/** Read above, or of no use outside of that program. */
const READ_OF_SUBSCRIPTION: ReadonlySet<string> = new Set(['topic', 'qos']);
const READ: ReadonlySet<string> = new Set(
  'configVersion id name type order protocol host port basePath encryption certValidation username password clientId subscriptions selfSignedCertificate clientCertificate clientKey changeSet connected'.split(
    ' ',
  ),
);

/** Kept without the slash at its begin; an empty one is the root. */
function pathOf(basePath: unknown): string {
  const path = textOf(basePath) ?? '';
  return path.startsWith('/') ? path : `/${path}`;
}

function readCertificates(draft: Draft, entry: JsonObject): void {
  const files = [
    ['ca', 'selfSignedCertificate', 'The CA certificate'],
    ['cert', 'clientCertificate', 'The client certificate'],
    ['key', 'clientKey', 'The client key'],
  ] as const;
  for (const [field, name, label] of files) {
    const file = entry[name];
    const data = isObject(file) ? textOf(file['data']) : undefined;
    if (data === undefined) continue;
    const pem = pemOf(data, field);
    if (pem === null) draft.note(`${label} was not taken over: it is neither PEM nor DER.`);
    else draft.putTls(field, pem, label);
  }
}

/** The contents of the file that was chosen there, in base64. */
function pemOf(data: string, field: 'ca' | 'cert' | 'key'): string | null {
  const contents = data.includes('-----BEGIN') ? data : fromBase64(data);
  if (contents === null) return null;
  if (contents.includes('-----BEGIN')) return contents;
  // A SEQUENCE of more than 127 bytes: DER. What kind a key has cannot be seen from outside.
  if (!/^\x30[\x81-\x84]/.test(contents) || field === 'key') return null;
  const lines = data.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** A list of filters, with their QoS since 2021. */
function readSubscriptions(draft: Draft, list: unknown): void {
  if (!Array.isArray(list)) return;
  for (const one of list) {
    const filter = typeof one === 'string' ? one : isObject(one) ? textOf(one['topic']) : undefined;
    const qos = isObject(one) ? one['qos'] : 0;
    if (filter !== undefined) draft.putSubscription({ filter, qos: qos === 1 || qos === 2 ? qos : 0 });
    else draft.note('A subscription without a topic filter was left out.');
    if (isObject(one)) noteTheRest(draft, one, READ_OF_SUBSCRIPTION, ' of a subscription');
  }
  if (list.length > 0) draft.closeSubscriptions();
}

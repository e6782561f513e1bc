import { createHmac } from 'node:crypto';
import aws4 from 'aws4';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import type { Signing } from '../../contract/model/connect-fields.ts';
import { percentEncoded } from '../../core/text/percent.ts';

type AwsSigning = Extract<Signing, { kind: 'aws-sigv4' }>;
type AzureSigning = Extract<Signing, { kind: 'azure-sas' }>;

/** Of the MQTT endpoint of AWS IoT; its name in a signature. */
const AWS_SERVICE = 'iotdevicegateway';
/** Left over in an address that somebody copied from a tool that had signed it. */
const SIGNED_PART = /^x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token)=/i;

/**
 * The options of one attempt: credentials that expire are made again.
 *
 * @param now ms since the epoch; services allow some minutes between their clock and this one
 */
export function prepared(options: ConnectionOptions, now: number): ConnectionOptions {
  const { signing } = options;
  switch (signing.kind) {
    case 'none':
      return options;
    case 'aws-sigv4':
      return { ...options, path: awsPath(options, signing, now) };
    case 'azure-sas':
      return {
        ...options,
        password: azureToken(options.host, azureDevice(options), signing, now),
        passwordFrom: { kind: 'text' },
      };
  }
}

/** Why nothing can be signed with these options; null if it can. Said before anything is sent. */
export function signingProblem({ signing, protocol, clientId, username }: ConnectionOptions): Failure | null {
  if (signing.kind === 'aws-sigv4') {
    if (protocol !== 'wss' && protocol !== 'ws') {
      return failed(
        'signing-transport',
        'AWS Signature Version 4 signs the address of a WebSocket, and this connection uses none.',
        'Choose WebSocket over TLS on port 443, or sign in with a client certificate.',
      );
    }
    return signing.region === '' || signing.accessKeyId.trim() === '' || signing.secretAccessKey.trim() === ''
      ? incomplete('The signature of AWS needs a region, an access key id and a secret access key.')
      : null;
  }
  if (signing.kind === 'none') return null;
  if (!/^[\w+/-]+={0,2}$/.test(signing.key.trim())) {
    return incomplete('The signature of Azure needs the key of the device or of a policy, in base64.');
  }
  const names = azureDevice({ username, clientId }) !== '';
  return names ? null : incomplete('The signature of Azure needs the device id as the client ID.');
}

const incomplete = (message: string): Failure =>
  failed('signing-incomplete', message, 'Fill in the missing field; a preset asks for each of them.');

/**
 * Path and query of a WebSocket address that AWS IoT accepts: a query of Signature Version 4. The session
 * token of temporary credentials follows the signature instead of being signed, which is particular to
 * this service.
 */
export function awsPath(
  { host, port, path }: Pick<ConnectionOptions, 'host' | 'port' | 'path'>,
  signing: AwsSigning,
  now: number,
): string {
  const [plain = '', query = ''] = path.split('?', 2);
  const own = query.split('&').filter((part) => part !== '' && !SIGNED_PART.test(part));
  const signed = aws4.sign(
    {
      method: 'GET',
      service: AWS_SERVICE,
      region: signing.region,
      path: `${plain === '' ? '/mqtt' : plain}?${[...own, `X-Amz-Date=${amzDate(now)}`].join('&')}`,
      // As the upgrade request has it: without the port where that is the usual one.
      headers: { Host: port === 443 ? host : `${host}:${port}` },
      signQuery: true,
    },
    { accessKeyId: signing.accessKeyId.trim(), secretAccessKey: signing.secretAccessKey.trim() },
  );
  const token = signing.sessionToken?.trim() ?? '';
  const after = token === '' ? '' : `&X-Amz-Security-Token=${percentEncoded(token)}`;
  return `${signed.path ?? path}${after}`;
}

/** `20261120T140102Z` */
function amzDate(now: number): string {
  return new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}

/** The username of IoT Hub is `HUB/DEVICE/?api-version=…`; the client ID is the device as well. */
function azureDevice({ username, clientId }: Pick<ConnectionOptions, 'username' | 'clientId'>): string {
  const named = username?.split('/')[1];
  return named === undefined || named === '' ? clientId : named;
}

/**
 * A shared access signature for a device of Azure IoT Hub; of the whole hub where the key is that of a
 * policy.
 */
export function azureToken(hub: string, device: string, signing: AzureSigning, now: number): string {
  const { policy, key, ttlSeconds } = signing;
  const resource = policy === null ? `${hub}/devices/${device}` : hub;
  const scope = percentEncoded(resource);
  const expiry = Math.floor(now / 1_000) + ttlSeconds;
  const hmac = createHmac('sha256', Buffer.from(key.trim(), 'base64'));
  const signature = percentEncoded(hmac.update(`${scope}\n${expiry}`).digest('base64'));
  const skn = policy === null ? '' : `&skn=${percentEncoded(policy)}`;
  return `SharedAccessSignature sr=${scope}&sig=${signature}&se=${expiry}${skn}`;
}

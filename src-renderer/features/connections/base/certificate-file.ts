import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';

/** Bytes of a file with certificates or a key: the field it goes to holds a million characters. */
export const MAX_CERTIFICATE_BYTES = 700_000;

/**
 * What a chosen file puts into a field: its PEM text; where it is DER, the same as PEM. A failure says
 * what the file is instead. Only its outermost form is looked at; what is in it the engine judges.
 */
export function pemOf(bytes: Uint8Array, wanted: 'certificate' | 'key', fileName: string): string | Failure {
  const text = new TextDecoder().decode(bytes);
  if (text.includes('-----BEGIN ')) return text;
  const form = derForm(bytes);
  if (form === 'PKCS12') {
    return failed(
      'pkcs12-chosen',
      `${fileName} is a PKCS#12 file: certificate and key in one.`,
      'Choose it in the field PKCS#12.',
    );
  }
  const label = wanted === 'certificate' ? (form === 'CERTIFICATE' ? form : null) : keyLabel(form);
  if (label === null) {
    return failed(
      'not-pem',
      `${fileName} holds no ${wanted === 'key' ? 'private key' : 'certificate'} in PEM or DER form.`,
      wanted === 'key'
        ? 'Choose the file that begins with -----BEGIN … PRIVATE KEY-----.'
        : 'Choose the file that begins with -----BEGIN CERTIFICATE-----.',
    );
  }
  return toPem(bytes, label);
}

/** A PKCS#12 file as the field keeps it. */
export function pkcs12Of(bytes: Uint8Array): string {
  return `base64:${toBase64(bytes)}`;
}

type DerForm =
  | 'CERTIFICATE'
  | 'PKCS12'
  | 'PRIVATE KEY'
  | 'RSA PRIVATE KEY'
  | 'EC PRIVATE KEY'
  | 'ENCRYPTED PRIVATE KEY'
  | null;

function keyLabel(form: DerForm): string | null {
  return form === 'CERTIFICATE' || form === 'PKCS12' ? null : form;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** Detected by the first elements: each of these forms begins differently (RFC 5280, 5958, 7292, 8017, 5915). */
function derForm(bytes: Uint8Array): DerForm {
  if (bytes[0] !== SEQUENCE) return null;
  const inner = 2 + lengthBytes(bytes, 1);
  if (bytes[inner] === INTEGER && bytes[inner + 1] === 1) {
    const version = bytes[inner + 2];
    const next = bytes[inner + 3];
    if (version === 3) return 'PKCS12';
    if (version === 1 && next === 0x04) return 'EC PRIVATE KEY';
    return next === SEQUENCE ? 'PRIVATE KEY' : 'RSA PRIVATE KEY';
  }
  if (bytes[inner] !== SEQUENCE) return null;
  // A certificate begins with a sequence that holds version or serial number, an encrypted key with one that names a scheme.
  const first = bytes[inner + 2 + lengthBytes(bytes, inner + 1)];
  return first === 0x06 ? 'ENCRYPTED PRIVATE KEY' : 'CERTIFICATE';
}

/** Bytes that a length takes beyond its first one. */
function lengthBytes(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  return first < 0x80 ? 0 : first & 0x7f;
}

function toPem(bytes: Uint8Array, label: string): string {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { SafeStorage } from 'electron';
import { app } from './app.ts';

// The test says by environment which keychain the system has, and whose. One key a keychain, as in the real
// ones: with another key nothing that was encrypted before can be read.

type Backend = ReturnType<SafeStorage['getSelectedStorageBackend']>;

const PREFIX = Buffer.from('v11');
let plainAllowed = false;

function backend(): Backend {
  if (!app.isReady()) return 'unknown';
  return (process.env['STAND_IN_KEYCHAIN'] ?? 'gnome_libsecret') as Backend;
}

function key(): Buffer {
  if (!app.isReady()) throw new Error('safeStorage cannot be used before app is ready');
  if (backend() === 'unknown') throw new Error('Encryption is not available.');
  if (backend() === 'basic_text') {
    if (!plainAllowed) throw new Error('Encryption is not available.');
    return createHash('sha256').update('peanuts').digest();
  }
  return createHash('sha256')
    .update(process.env['STAND_IN_KEY'] ?? 'of this user')
    .digest();
}

function encrypt(text: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key(), nonce, { authTagLength: 16 });
  return Buffer.concat([PREFIX, nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(sealed: Buffer): string {
  const nonce = sealed.subarray(PREFIX.length, PREFIX.length + 12);
  const decipher = createDecipheriv('aes-256-gcm', key(), nonce, { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(-16));
  const text = sealed.subarray(PREFIX.length + 12, -16);
  return Buffer.concat([decipher.update(text), decipher.final()]).toString();
}

export const safeStorage = {
  encryptStringAsync: (text: string) => Promise.resolve(text).then(encrypt),
  decryptStringAsync: (sealed: Buffer) =>
    Promise.resolve(sealed)
      .then(decrypt)
      .then((result) => ({ result, shouldReEncrypt: false })),
  isAsyncEncryptionAvailable: () => Promise.resolve(backend() !== 'basic_text' || plainAllowed),
  getSelectedStorageBackend: backend,
  setUsePlainTextEncryption: (allowed: boolean): void => {
    plainAllowed = allowed;
  },
} satisfies Partial<SafeStorage>;

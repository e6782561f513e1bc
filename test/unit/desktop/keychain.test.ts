import { describe, expect, test } from 'vitest';
import { electronKeychain, type SafeText } from '../../../src-main/desktop/keychain.ts';

type Backend = ReturnType<SafeText['getSelectedStorageBackend']>;

class FakeStorage implements SafeText {
  readonly asked: string[] = [];
  backend: Backend = 'gnome_libsecret';
  rotated = false;

  getSelectedStorageBackend(): Backend {
    return this.backend;
  }

  setUsePlainTextEncryption(allowed: boolean): void {
    this.asked.push(`plain ${allowed}`);
  }

  encryptStringAsync(text: string): Promise<Buffer> {
    this.asked.push('encrypt');
    return Promise.resolve(Buffer.from(`<${text}>`));
  }

  decryptStringAsync(sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    if (!Buffer.isBuffer(sealed)) return Promise.reject(new TypeError('Buffer expected'));
    return Promise.resolve({ result: sealed.toString().slice(1, -1), shouldReEncrypt: this.rotated });
  }
}

describe('the keychain by way of Electron', () => {
  test.each([
    ['linux', 'gnome_libsecret', 'strong'],
    ['linux', 'kwallet6', 'strong'],
    ['linux', 'basic_text', 'weak'],
    ['linux', 'unknown', 'none'],
    ['darwin', 'unknown', 'strong'],
    ['win32', 'unknown', 'strong'],
  ] as const)(
    'on %s with %s is %s, which is found out without asking it',
    async (platform, backend, strength) => {
      const storage = new FakeStorage();
      storage.backend = backend;
      expect(await electronKeychain(storage, platform).strength()).toBe(strength);
      expect(storage.asked).toEqual([]);
    },
  );

  test('encrypts and decrypts, and passes on that the key is to be replaced', async () => {
    const storage = new FakeStorage();
    const keychain = electronKeychain(storage, 'linux');
    const sealed = await keychain.encrypt('x');
    expect(await keychain.decrypt(new Uint8Array(sealed))).toEqual({ text: 'x', stale: false });
    storage.rotated = true;
    expect(await keychain.decrypt(sealed)).toEqual({ text: 'x', stale: true });
  });

  test('uses the key that every program knows only when allowed', () => {
    const storage = new FakeStorage();
    electronKeychain(storage, 'linux').allowWeak();
    expect(storage.asked).toEqual(['plain true']);
  });
});

import type { SafeStorage } from 'electron';
import type { Keychain } from '../engine/base/ports.ts';

/** What is used of Electron's; the synchronous half of it is on its way out. */
export type SafeText = Pick<
  SafeStorage,
  'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend' | 'setUsePlainTextEncryption'
>;

/**
 * The keychain of the system by way of Electron. On Linux it depends on the desktop; where there is none,
 * Electron encrypts with a key that is in its source code. Nothing is asked of a keychain before there is
 * something to encrypt: some ask the user first. To be made after `ready`, when the kind is known.
 */
export function electronKeychain(storage: SafeText, platform: NodeJS.Platform): Keychain {
  return {
    strength: () => {
      if (platform !== 'linux') return Promise.resolve('strong');
      switch (storage.getSelectedStorageBackend()) {
        case 'basic_text':
          return Promise.resolve('weak');
        case 'unknown':
          return Promise.resolve('none');
        default:
          return Promise.resolve('strong');
      }
    },
    allowWeak: () => storage.setUsePlainTextEncryption(true),
    encrypt: (text) => storage.encryptStringAsync(text),
    decrypt: async (sealed) => {
      const { result, shouldReEncrypt } = await storage.decryptStringAsync(Buffer.from(sealed));
      return { text: result, stale: shouldReEncrypt };
    },
  };
}

import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Keychain } from '../../../src-main/engine/base/ports.ts';

/** A keychain of a system that a test changes as it likes. */
export class FakeKeychain implements Keychain {
  kind: 'strong' | 'weak' | 'none' = 'strong';
  /** Whose key; with another one nothing from before can be read. */
  key = 'ann';
  refuses = false;
  /** Says of all it decrypts that it is to be encrypted again. */
  rotated = false;
  weakAllowed = false;
  encrypted = 0;
  decrypted = 0;

  strength(): Promise<'strong' | 'weak' | 'none'> {
    return Promise.resolve(this.kind);
  }

  allowWeak(): void {
    this.weakAllowed = true;
  }

  async encrypt(text: string): Promise<Uint8Array> {
    await Promise.resolve();
    if (this.refuses || (this.kind === 'weak' && !this.weakAllowed)) throw new Error(`no: ${text}`);
    this.encrypted++;
    const cipher = createCipheriv('aes-256-gcm', this.#bytes(), Buffer.alloc(12), { authTagLength: 16 });
    return Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  async decrypt(sealed: Uint8Array): Promise<{ text: string; stale: boolean }> {
    await Promise.resolve();
    if (this.refuses) throw new Error('no');
    this.decrypted++;
    const decipher = createDecipheriv('aes-256-gcm', this.#bytes(), Buffer.alloc(12), { authTagLength: 16 });
    decipher.setAuthTag(sealed.subarray(-16));
    const text = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString();
    return { text, stale: this.rotated };
  }

  #bytes(): Buffer {
    return createHash('sha256').update(this.key).digest();
  }
}

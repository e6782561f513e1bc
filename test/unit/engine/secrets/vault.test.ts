import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import type { Belonging } from '../../../../src-main/engine/secrets/belonging.ts';
import { TextSealer, type Derive } from '../../../../src-main/engine/secrets/passphrase-box.ts';
import {
  newVault,
  openEarlier,
  openIn,
  openVault,
  rewrapVault,
  sealIn,
  tooShort,
  type OpenVault,
} from '../../../../src-main/engine/secrets/vault.ts';

const PASSPHRASE = 'correct horse battery';
const NEXT = 'another one for tomorrow';
const CHEAP = { N: 2, r: 8, p: 1 };
/** The cost of a passphrase is tested with its box. */
const derive: Derive = ({ passphrase, salt }) =>
  Promise.resolve(createHash('sha256').update(passphrase).update(salt).digest());
const BUSY = failed('busy', 'Another passphrase is being tried.', 'Wait.');
const busy: Derive = () => Promise.resolve(BUSY);

const OWN: Belonging = {
  profile: 'plant',
  path: 'password',
  for: { to: 'mqtts://a:8883', via: null, checks: ['chain', 'dates'] },
};

function opened(vault: OpenVault | Failure): OpenVault {
  if ('kind' in vault) throw new Error(vault.message);
  return vault;
}
const made = async (): Promise<OpenVault> => opened(await newVault(PASSPHRASE, CHEAP, derive));
const again = (passphrase: string, { file }: OpenVault) => openVault(passphrase, file, derive);

describe('A vault', () => {
  test('opens with its passphrase, and what was sealed in it is read', async () => {
    const vault = await made();
    const sealed = sealIn(vault, 'hunter2', OWN);
    expect(openIn(opened(await again(PASSPHRASE, vault)), sealed, OWN)).toBe('hunter2');
    expect(JSON.stringify([vault.file, sealed])).not.toContain('hunter2');
  });

  test('does not open with another passphrase, and says that a changed file opens with none', async () => {
    const vault = await made();
    for (const wrong of ['', 'Correct horse battery', `${PASSPHRASE} `]) {
      expect(await again(wrong, vault)).toMatchObject({ kind: 'failed', code: 'wrong-passphrase' });
    }
    const { key } = vault.file;
    const sealed = Buffer.from(key.sealed, 'base64');
    sealed[0]! ^= 1;
    const changed = { ...vault.file, key: { ...key, sealed: sealed.toString('base64') } };
    expect(await openVault(PASSPHRASE, changed, derive)).toMatchObject({ code: 'wrong-passphrase' });
  });

  test('is new each time: neither its name, nor its key, nor what the same text is sealed to occurs again', async () => {
    const [one, other] = [await made(), await made()];
    expect(one.file.id).not.toBe(other.file.id);
    expect(one.sealer.key.equals(other.sealer.key)).toBe(false);
    expect(sealIn(one, 'x', OWN)).not.toBe(sealIn(one, 'x', OWN));
  });

  test('hands on why no key could be made of a passphrase', async () => {
    const vault = await made();
    expect(await newVault(PASSPHRASE, CHEAP, busy)).toBe(BUSY);
    expect(await openVault(PASSPHRASE, vault.file, busy)).toBe(BUSY);
    expect(await rewrapVault(PASSPHRASE, NEXT, vault.file, CHEAP, busy)).toBe(BUSY);
  });
});

describe('What is sealed in a vault', () => {
  test('opens for what it belongs to only', async () => {
    const vault = await made();
    const sealed = sealIn(vault, 'hunter2', OWN);
    const others: readonly Belonging[] = [
      { ...OWN, profile: 'office' },
      { ...OWN, path: 'username' },
      { ...OWN, for: { ...OWN.for, to: 'mqtts://b:8883' } },
      { ...OWN, for: { ...OWN.for, via: 'socks5://p:1080' } },
      { ...OWN, for: { ...OWN.for, checks: ['chain'] } },
    ];
    for (const other of others) expect([other, openIn(vault, sealed, other)]).toEqual([other, null]);
    // The order in which checks are named is none of its own.
    expect(openIn(vault, sealed, { ...OWN, for: { ...OWN.for, checks: ['dates', 'chain'] } })).toBe(
      'hunter2',
    );
  });

  test('opens in no vault of another name, even one with the same key', async () => {
    const vault = await made();
    const sealed = sealIn(vault, 'hunter2', OWN);
    expect(openIn({ ...vault, file: { ...vault.file, id: 'other' } }, sealed, OWN)).toBeNull();
    expect(openIn(await made(), sealed, OWN)).toBeNull();
  });

  test('is not read once it was changed or cut anywhere, whatever it is', async () => {
    const vault = await made();
    const bytes = Buffer.from(sealIn(vault, 'hunter2', OWN), 'base64');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 0x80;
      expect(openIn(vault, changed.toString('base64'), OWN)).toBeNull();
      expect(openIn(vault, bytes.subarray(0, at).toString('base64'), OWN)).toBeNull();
    }
    for (const text of ['', '!', 'hunter2']) expect(openIn(vault, text, OWN)).toBeNull();
  });

  test('by an earlier version is bound to nothing, and read only in a vault of that version', async () => {
    const vault = await made();
    const sealed = vault.sealer.seal('hunter2', 'topicscope secret');
    expect(openEarlier(vault, sealed)).toBeNull();
    const { bound: _, ...file } = vault.file;
    expect(openEarlier({ ...vault, file }, sealed)).toBe('hunter2');
    expect(openEarlier({ ...vault, file }, sealIn(vault, 'hunter2', OWN))).toBeNull();
  });

  test('by this version passes for none of an earlier one: the mark is authenticated with the key', async () => {
    const vault = await made();
    const { bound: _, ...file } = vault.file;
    expect(await openVault(PASSPHRASE, file, derive)).toMatchObject({ code: 'wrong-passphrase' });
  });
});

describe('Another passphrase', () => {
  test('opens the vault instead of the one before, and changes no secret', async () => {
    const vault = await made();
    const sealed = sealIn(vault, 'hunter2', OWN);
    const changed = opened(await rewrapVault(PASSPHRASE, NEXT, vault.file, CHEAP, derive));
    expect(changed.file.id).toBe(vault.file.id);
    expect(await again(PASSPHRASE, changed)).toMatchObject({ code: 'wrong-passphrase' });
    expect(openIn(opened(await again(NEXT, changed)), sealed, OWN)).toBe('hunter2');
  });

  test('is refused where it is short, before the old one is tried, and where the old one is wrong', async () => {
    const vault = await made();
    const never: Derive = () => Promise.reject(new Error('tried'));
    expect(await rewrapVault(PASSPHRASE, 'short', vault.file, CHEAP, never)).toMatchObject({
      code: 'passphrase-short',
    });
    expect(await rewrapVault('wrong', NEXT, vault.file, CHEAP, derive)).toMatchObject({
      code: 'wrong-passphrase',
    });
  });

  test('that fails at the last step leaves no key behind', async () => {
    const vault = await made();
    let keys = 0;
    const second: Derive = (asked) => (++keys === 2 ? Promise.resolve(BUSY) : derive(asked));
    const wiped: TextSealer[] = [];
    const forget = TextSealer.prototype.forget;
    TextSealer.prototype.forget = function (this: TextSealer) {
      wiped.push(this);
      forget.call(this);
    };
    try {
      expect(await rewrapVault(PASSPHRASE, NEXT, vault.file, CHEAP, second)).toBe(BUSY);
    } finally {
      TextSealer.prototype.forget = forget;
    }
    expect(wiped.map(({ key }) => key.every((byte) => byte === 0))).toEqual([true]);
  });

  test('is judged by its length in what a person counts as characters', () => {
    expect(tooShort('')).toMatchObject({ code: 'passphrase-short' });
    expect(tooShort(PASSPHRASE)).toBeNull();
  });
});

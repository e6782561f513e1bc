/**
 * RC2 and RC4, which programs of the years before 2020 encrypt PKCS#12 files with and which TLS libraries have
 * dropped. They are easily broken: they open what a user has, and nothing is ever encrypted with them.
 */

/** The table of RFC 2268, made of the digits of π. */
const PI_TABLE = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89d' +
    'c67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32' +
    'bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc' +
    '1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303' +
    'f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a' +
    '961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039' +
    '997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9' +
    'd300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2e' +
    'c5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);
const BLOCK = 8;
/** How far each word of a block is turned. */
const TURNS = [1, 2, 3, 5] as const;
/** Rounds of mixing between those of mashing. */
const MIXINGS = [5, 6, 5] as const;

/**
 * RC2 in CBC mode with the padding of PKCS#7, undone [RFC 2268]; its strength is that of the whole key.
 *
 * @param key 1 to 128 bytes
 * @returns null where the padding is wrong, as after a wrong passphrase
 */
export function decryptRc2(bytes: Uint8Array, key: Uint8Array, iv: Uint8Array): Uint8Array | null {
  if (bytes.length === 0 || bytes.length % BLOCK !== 0) return null;
  const words = expanded(key);
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const plain = new Uint8Array(bytes.length);
  const to = new DataView(plain.buffer);
  const block = new Uint16Array(4);
  for (let at = 0; at < bytes.length; at += BLOCK) {
    for (let i = 0; i < 4; i++) block[i] = from.getUint16(at + 2 * i, true);
    unmix(block, words);
    for (let i = 0; i < 4; i++) to.setUint16(at + 2 * i, block[i] ?? 0, true);
    for (let i = 0; i < BLOCK; i++) {
      plain[at + i] = (plain[at + i] ?? 0) ^ ((at === 0 ? iv[i] : bytes[at - BLOCK + i]) ?? 0);
    }
  }
  return withoutPadding(plain);
}

/** The 64 words of a key. */
function expanded(key: Uint8Array): Uint16Array {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  const turned = (value: number): number => PI_TABLE[value & 0xff] ?? 0;
  const at = (index: number): number => bytes[index] ?? 0;
  for (let i = key.length; i < 128; i++) bytes[i] = turned(at(i - 1) + at(i - key.length));
  bytes[128 - key.length] = turned(at(128 - key.length));
  for (let i = 127 - key.length; i >= 0; i--) bytes[i] = turned(at(i + 1) ^ at(i + key.length));
  return Uint16Array.from({ length: 64 }, (_, i) => at(2 * i) | (at(2 * i + 1) << 8));
}

function unmix(block: Uint16Array, words: Uint16Array): void {
  const at = (index: number): number => block[index & 3] ?? 0;
  const word = (index: number): number => words[index] ?? 0;
  let next = 63;
  for (const [turn, rounds] of MIXINGS.entries()) {
    for (let i = 3; turn > 0 && i >= 0; i--) block[i] = at(i) - word(at(i + 3) & 63);
    for (let round = 0; round < rounds; round++) {
      for (let i = 3; i >= 0; i--) {
        const by = TURNS[i] ?? 0;
        const straight = (at(i) >> by) | (at(i) << (16 - by));
        block[i] = straight - word(next--) - (at(i + 3) & at(i + 2)) - (~at(i + 3) & at(i + 1));
      }
    }
  }
}

function withoutPadding(plain: Uint8Array): Uint8Array | null {
  const padding = plain.at(-1) ?? 0;
  if (padding < 1 || padding > BLOCK) return null;
  const isRight = plain.subarray(-padding).every((byte) => byte === padding);
  return isRight ? plain.subarray(0, -padding) : null;
}

/** RC4, which is its own inverse. */
export function decryptRc4(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  const at = (index: number): number => state[index] ?? 0;
  const swap = (a: number, b: number): void => {
    const kept = at(a);
    state[a] = at(b);
    state[b] = kept;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + at(i) + (key[i % key.length] ?? 0)) & 0xff;
    swap(i, j);
  }
  let i = 0;
  let j = 0;
  return bytes.map((byte) => {
    i = (i + 1) & 0xff;
    j = (j + at(i)) & 0xff;
    swap(i, j);
    return byte ^ at((at(i) + at(j)) & 0xff);
  });
}

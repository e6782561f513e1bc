import { describe, expect, it } from 'vitest';
import { MAX_IMPORT_BYTES } from '../../../../../src-main/contract/profiles/transfer.ts';
import { readImport } from '../../../../../src-main/core/profiles/import/import.ts';
import { readImportFile } from '../../../../../src-renderer/state/browser/read-import-file.ts';
import { MQTTX } from '../../../../support/engine/foreign-files.ts';

const message = { topic: 'press/état', payload: 'x'.repeat(180), qos: 0, retain: false, out: true };

/** A backup of about as many bytes; the first connection kept the messages. */
function backup(bytes: number): { text: string; messages: number } {
  const messages = Math.ceil(bytes / JSON.stringify(message).length);
  const [first, ...others] = MQTTX.filter((one) => 'host' in one);
  const full = { ...first, messages: Array(messages).fill(message) };
  return { text: JSON.stringify([...MQTTX.slice(0, 2), full, ...others]), messages };
}

async function read(file: File): Promise<string> {
  const answer = await readImportFile(file);
  if (answer.kind === 'failed') throw new Error(answer.message);
  return new TextDecoder().decode(answer.bytes);
}

describe('A file to import', () => {
  it('of 22 MB, nearly all kept messages, gives its connections and counts the messages', async () => {
    const { text, messages } = backup(22_000_000);
    const kept = await read(new File([text], 'backup.json'));
    expect(kept.length).toBeLessThan(10_000);
    const whole = readImport(text);
    const found = readImport(kept);
    expect(found).toEqual(whole);
    const notes = found.kind === 'imported' ? found.imported.profiles.flatMap((one) => one.notes) : [];
    expect(notes).toContain(`${messages.toLocaleString('en')} messages kept with the connection: left out.`);
  });

  it('is read as UTF-16 too, as some programs of Windows write it', async () => {
    const { text } = backup(9_000_000);
    const kept = await read(new File([Buffer.from(`\uFEFF${text}`, 'utf16le')], 'backup.json'));
    expect(readImport(kept)).toEqual(readImport(text));
  });

  it('goes as it is where it is small', async () => {
    expect(await read(new File(['{"messages":[1]}'], 'a.json'))).toBe('{"messages":[1]}');
  });

  it('is refused where it is large without messages, or no text', async () => {
    const large = new File([`["${'x'.repeat(MAX_IMPORT_BYTES)}"]`], 'large.json');
    expect(await readImportFile(large)).toMatchObject({ code: 'too-large' });
    const bytes = new File([new Uint8Array(MAX_IMPORT_BYTES + 1).fill(0xff)], 'bytes.bin');
    expect(await readImportFile(bytes)).toMatchObject({ code: 'not-text' });
  });
});

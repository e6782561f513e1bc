import { describe, expect, it } from 'vitest';
import { chosenMessage, typesIn } from '../../../../src-main/decoding/schema/schemas.ts';

const file = (name: string, text: string) => ({ name, text: `syntax = "proto3"; ${text}` });
const COMMON = file('common.proto', 'package plant; message Unit { string name = 1; }');
const READING = file(
  'reading.proto',
  'package plant; import "common.proto"; message Reading { message Value { double v = 1; } Value value = 1; Unit unit = 2; } message\n Alarm { bytes text = 1; }',
);

describe('What can be chosen in a schema file', () => {
  it('are the messages of a .proto file, also those inside of others, by their full names', () => {
    expect(typesIn(READING, [READING, COMMON])).toEqual([
      'plant.Reading',
      'plant.Reading.Value',
      'plant.Alarm',
    ]);
  });

  it('are not the messages of the files that it imports', () => {
    expect(typesIn(COMMON, [READING, COMMON])).toEqual(['plant.Unit']);
  });

  it('is each message of a file of thousands', () => {
    const names = Array.from({ length: 3_000 }, (_, at) => `M${at}`);
    const large = file('large.proto', names.map((name) => `message ${name} { int32 a = 1; }`).join('\n'));
    expect(typesIn(large, [large])).toEqual(names);
  });

  it('is no part of a longer name', () => {
    const longer = file('longer.proto', 'message Unit2 { int32 a = 1; }');
    expect(typesIn(longer, [longer, COMMON])).toEqual(['Unit2']);
  });

  it('is the one type of an Avro schema', () => {
    const avro = { name: 'a.avsc', text: '{"type":"record","name":"plant.R","fields":[]}' };
    expect(typesIn(avro, [avro])).toEqual(['plant.R']);
    expect(typesIn({ name: 'b.avsc', text: '"int"' }, [])).toEqual(['int']);
  });
});

describe('The message that an option names', () => {
  it('is found by its full name, by its last part, and with its file before it', () => {
    for (const option of ['plant.Reading', 'Reading', 'reading.proto plant.Reading', '  Reading '])
      expect(chosenMessage(option, [READING, COMMON])?.name).toBe('plant.Reading');
  });

  it('is none where nothing is named, and refused where it is not there', () => {
    expect(chosenMessage(' ', [COMMON])).toBeNull();
    expect(() => chosenMessage('Pump', [COMMON])).toThrow('knows no message Pump');
  });
});

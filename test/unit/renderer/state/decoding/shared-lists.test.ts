import { expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import { createDecoderRules } from '../../../../../src-renderer/state/decoding/decoder-rules.ts';
import { createSchemas, schemaSuggestions } from '../../../../../src-renderer/state/decoding/schemas.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { FedEngine } from '../../../../support/engine/fed-engine.ts';

const connectionId = ConnectionId.parse('c1');
const sessionOn = (fed: FedEngine) => ({ client: fed.engine, connectionId }) as unknown as ConnectionSession;

test('Rules are those that the engine keeps; setting one asks for it and changes nothing by itself.', async () => {
  const fed = new FedEngine();
  const rules = createDecoderRules(sessionOn(fed));
  expect(rules.store.getState()).toEqual({ rules: [], where: null });
  expect(fed.stream('decoderRules').params).toEqual({ connection: connectionId });
  const chain = [{ decoder: 'cbor' as const, option: '' }];
  expect(await rules.set('a/#', chain)).toBeNull();
  expect(fed.calls).toEqual([
    { name: 'setDecoderRule', params: { connection: connectionId, filter: 'a/#', chain } },
  ]);
  expect(rules.store.getState().rules).toEqual([]);
  await fed.stream('decoderRules').send({ rules: [{ filter: 'a/#', chain }], where: 'profile' });
  expect(rules.store.getState()).toEqual({ rules: [{ filter: 'a/#', chain }], where: 'profile' });
  const refusal = failed('bad-filter', 'This is no filter.', '');
  fed.answer = () => refusal;
  expect(await rules.set('#/#', null)).toBe(refusal);
  rules.close();
  expect(fed.stream('decoderRules').ended).toBe(true);
});

test('Schemas are added and removed by their names, and the list is what the engine sends.', async () => {
  const fed = new FedEngine();
  const schemas = createSchemas(sessionOn(fed));
  expect(await schemas.add('a.proto', 'syntax = "proto3";')).toBeNull();
  expect(await schemas.remove('b.avsc')).toBeNull();
  expect(fed.calls.map(({ name, params }) => [name, params])).toEqual([
    ['saveSchema', { name: 'a.proto', text: 'syntax = "proto3";' }],
    ['removeSchema', { name: 'b.avsc' }],
  ]);
  const files = [{ name: 'a.proto', types: ['A'], problem: null }];
  await fed.stream('schemas').send({ files });
  expect(schemas.store.getState().files).toEqual(files);
  fed.answer = () => {
    throw new Error('closed');
  };
  expect(await schemas.add('a.proto', '')).toMatchObject({ code: 'engine-unreachable' });
  schemas.close();
  expect(fed.stream('schemas').ended).toBe(true);
});

test('Messages of .proto files and names of other files can be chosen', () => {
  const files = [
    { name: 'a.proto', types: ['a.A', 'a.B'] },
    { name: 'r.avsc', types: ['R'] },
  ];
  expect(schemaSuggestions(files)).toEqual({ protobuf: ['a.A', 'a.B'], avro: ['r.avsc'] });
});

test('A file that is too large for a schema is refused and not read.', async () => {
  const fed = new FedEngine();
  const schemas = createSchemas(sessionOn(fed));
  const text = () => Promise.resolve('syntax = "proto3";');
  expect(await schemas.addFile({ name: 'a.proto', size: 1_000_000, text })).toBeNull();
  const unread = () => Promise.reject(new Error('read'));
  expect(await schemas.addFile({ name: 'b.proto', size: 1_000_001, text: unread })).toMatchObject({
    code: 'schema-too-large',
  });
  expect(fed.calls.map(({ params }) => params)).toEqual([{ name: 'a.proto', text: 'syntax = "proto3";' }]);
  schemas.close();
});

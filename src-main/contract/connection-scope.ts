import type * as z from './base/zod.ts';
import { call, type Call } from './base/define.ts';
import { ConnectionId } from './model/model.ts';

const of = { connection: ConnectionId };

/** The same parameters, with the connection they are meant for. */
export function onConnection<S extends z.ZodRawShape>(params: z.ZodObject<S>) {
  return params.extend(of);
}

type OnConnection<P extends z.ZodType> =
  P extends z.ZodObject<infer S> ? ReturnType<typeof onConnection<S>> : never;

type OfConnection<C extends Readonly<Record<string, Call>>> = {
  readonly [K in keyof C]: C[K] extends Call<infer P, infer R> ? Call<OnConnection<P>, R> : never;
};

/** What a connection's worker answers, as the window asks the engine for it. */
export function connectionScope<C extends Readonly<Record<string, Call<z.ZodObject>>>>(
  calls: C,
): OfConnection<C> {
  const lifted = Object.entries(calls).map(([name, { params, result }]) => [
    name,
    call(onConnection(params), result),
  ]);
  return Object.fromEntries(lifted) as OfConnection<C>;
}

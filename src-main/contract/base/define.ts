import type * as z from './zod.ts';

/**
 * One question with one answer. The parameters are checked at run time on the answering side. A window also
 * checks the result, as its page may be of another version than the engine.
 */
export interface Call<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly kind: 'call';
  readonly params: P;
  readonly result: R;
}

/**
 * A sequence of items. The next item is asked for only after the last one was taken,
 * so a slow reader costs the engine nothing and an item may stand for everything since the last.
 */
export interface Stream<P extends z.ZodType = z.ZodType, I extends z.ZodType = z.ZodType> {
  readonly kind: 'stream';
  readonly params: P;
  readonly item: I;
  /**
   * How a window checks an item: whole, or for what comes up to 30 times a second with hundreds of rows
   * in it, only that every field is there.
   */
  readonly checked: 'whole' | 'fields';
}

export function call<P extends z.ZodType, R extends z.ZodType>(params: P, result: R): Call<P, R> {
  return { kind: 'call', params, result };
}

export function stream<P extends z.ZodType, I extends z.ZodType>(
  params: P,
  item: I,
  checked: Stream['checked'] = 'whole',
): Stream<P, I> {
  return { kind: 'stream', params, item, checked };
}

/** A contract: every call and stream by name. */
export type Api = Readonly<Record<string, Call | Stream>>;

type CallNames<A extends Api> = { [K in keyof A]: A[K] extends Call ? K : never }[keyof A];
type StreamNames<A extends Api> = { [K in keyof A]: A[K] extends Stream ? K : never }[keyof A];

/** What one side may ask of the other. A method per call; streams are async iterables. */
export interface Client<A extends Api> {
  call<K extends CallNames<A> & string>(
    name: K,
    params: z.input<A[K]['params']>,
  ): Promise<A[K] extends Call<z.ZodType, infer R> ? z.output<R> : never>;
  /** Leaving the loop (or calling `return`) closes the stream on the other side. */
  stream<K extends StreamNames<A> & string>(
    name: K,
    params: z.input<A[K]['params']>,
  ): AsyncIterableIterator<A[K] extends Stream<z.ZodType, infer I> ? z.output<I> : never>;
  /** Resolves with the reason when the pipe is closed. */
  readonly closed: Promise<string>;
  close(): void;
}

/** Aborted when the reader of a stream has left; an AbortSignal is one. */
export interface StreamSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * What the answering side must provide: a missing handler does not compile. The signal of a call is aborted when
 * its pipe is closed and no one waits for the answer any more.
 */
export type Handlers<A extends Api> = {
  readonly [K in keyof A]: A[K] extends Call<infer P, infer R>
    ? (params: z.output<P>, signal?: StreamSignal) => Promise<z.input<R>> | z.input<R>
    : A[K] extends Stream<infer P, infer I>
      ? (params: z.output<P>, signal: StreamSignal) => AsyncIterable<z.input<I>>
      : never;
};

// What the contract uses of zod, with one difference: a schema is made when something is first checked with
// it. Making all of the contract's takes a tenth of a second of processor, which every window, every engine
// and every thread of a connection would spend at its start, for schemas of which most are never used.
import { z } from 'zod';

export type infer<T> = z.infer<T>;
export type input<T> = z.input<T>;
export type output<T> = z.output<T>;
export type ZodType<Output = unknown, Input = unknown> = z.ZodType<Output, Input>;
export type ZodObject<Shape extends z.ZodRawShape = z.ZodRawShape> = z.ZodObject<Shape>;
export type ZodRawShape = z.ZodRawShape;

export const array: typeof z.array = late(z.array);
export const boolean: typeof z.boolean = late(z.boolean);
export const custom: typeof z.custom = late(z.custom);
export const discriminatedUnion: typeof z.discriminatedUnion = late(z.discriminatedUnion);
export const lazy: typeof z.lazy = late(z.lazy);
export const literal: typeof z.literal = late(z.literal);
export const number: typeof z.number = late(z.number);
export const object: typeof z.object = late(z.object, 'shape first');
export const record: typeof z.record = late(z.record);
export const string: typeof z.string = late(z.string);
export const tuple: typeof z.tuple = late(z.tuple);
export const union: typeof z.union = late(z.union);
export const unknown: typeof z.unknown = late(z.unknown);
const oneOf: typeof z.enum = late(z.enum);
const ofClass: typeof z.instanceof = late(z.instanceof);
export { oneOf as enum, ofClass as instanceof };

/** Methods that make another schema, which is put off as well. Any other one needs the schema itself. */
const CHAINED: ReadonlySet<string | symbol> = new Set([
  'array',
  'brand',
  'default',
  'extend',
  'int',
  'length',
  'max',
  'min',
  'nonnegative',
  'nullable',
  'optional',
  'partial',
  'pick',
  'prefault',
  'refine',
  'regex',
  'unwrap',
]);

/** A schema that is not made yet, behind the proxy that stands for it. */
class Late {
  #make: (() => object) | null;
  #made: object | null = null;
  /** What an object was given as its fields, which others take theirs from. */
  readonly shape: unknown;

  constructor(make: () => object, shape?: unknown) {
    this.#make = make;
    this.shape = shape;
  }

  /** Whatever the schema throws while it is made, it throws at each use. */
  get schema(): object {
    if (this.#made === null && this.#make !== null) {
      this.#made = this.#make();
      this.#make = null;
    }
    return this.#made ?? this;
  }
}

const lates = new WeakMap<object, Late>();

const handler: ProxyHandler<Late> = {
  get(target, key) {
    if (CHAINED.has(key)) return chained(target, key);
    if (key === 'shape' && target.shape !== undefined) return target.shape;
    const { schema } = target;
    const value: unknown = Reflect.get(schema, key, schema);
    return typeof value === 'function' ? (value.bind(schema) as unknown) : value;
  },
  has: (target, key) => Reflect.has(target.schema, key),
  set: (target, key, value) => Reflect.set(target.schema, key, value),
  getPrototypeOf: (target) => Reflect.getPrototypeOf(target.schema),
};

type Make = (...args: never[]) => object;

/** The same function, except that what it makes is made later. `shape first`: its argument is the shape of an object. */
function late<F extends Make>(make: F, takes: 'shape first' | 'anything' = 'anything'): F {
  const putOff = (...args: unknown[]): object => {
    const [shape] = takes === 'shape first' ? args : [];
    return put(() => callWith(make, undefined, args), shape);
  };
  return putOff as unknown as F;
}

function chained(target: Late, key: string | symbol): unknown {
  return (...args: unknown[]) =>
    put(() => {
      const { schema } = target;
      return callWith(Reflect.get(schema, key) as Make, schema, args);
    });
}

function put(make: () => object, shape?: unknown): object {
  const one = new Late(make, shape);
  const proxy = new Proxy(one, handler);
  lates.set(proxy, one);
  return proxy;
}

function callWith(make: Make, self: unknown, args: readonly unknown[]): object {
  return Reflect.apply(make, self, args.map(withSchemas));
}

/** An argument, or what is in it, with the schemas themselves: checking through a proxy takes longer. */
function withSchemas(argument: unknown): unknown {
  if (Array.isArray(argument)) return argument.map(schemaOf);
  if (typeof argument !== 'object' || argument === null) return argument;
  if (Object.getPrototypeOf(argument) !== Object.prototype) return schemaOf(argument);
  const fields = Object.getOwnPropertyDescriptors(argument as Record<string, unknown>);
  // A getter is how a schema names itself; zod asks it when it is needed.
  for (const field of Object.values(fields)) if ('value' in field) field.value = schemaOf(field.value);
  return Object.defineProperties({}, fields);
}

function schemaOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return lates.get(value)?.schema ?? value;
}

/** What a `.proto` file says of a message, as far as its bytes need it. */
export interface ProtoMessage {
  readonly kind: 'message';
  /** `plant.Reading` */
  readonly name: string;
  readonly fields: ReadonlyMap<number, ProtoField>;
}

export interface ProtoEnum {
  readonly kind: 'enum';
  readonly name: string;
  /** Names by number; the first one if a number has several. */
  readonly values: ReadonlyMap<number, string>;
  /** All names. */
  readonly numbers: ReadonlyMap<string, number>;
}

export type ProtoScalar =
  | 'double'
  | 'float'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'sfixed32'
  | 'int64'
  | 'uint64'
  | 'sint64'
  | 'fixed64'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes';

export interface ProtoField {
  readonly name: string;
  readonly repeated: boolean;
  /** Its numbers are written behind each other. */
  readonly packed: boolean;
  readonly required: boolean;
  /** It ends with a tag in place of beginning with a length: a group. */
  readonly delimited: boolean;
  /** The group of alternatives of which at most one is sent; null: it is in none. */
  readonly oneof: string | null;
  /** The type of a map's keys; the field's type is that of its values. */
  readonly mapKey: ProtoScalar | null;
  /** A function, because messages hold themselves. */
  readonly type: ProtoScalar | (() => ProtoMessage | ProtoEnum);
}

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
  readonly values: ReadonlyMap<number, string>;
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
  /** Of a map: its keys; its values are the field's type. */
  readonly mapKey: ProtoScalar | null;
  /** A function, because messages hold themselves. */
  readonly type: ProtoScalar | (() => ProtoMessage | ProtoEnum);
}

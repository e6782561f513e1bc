/** A binary format that can say whatever JSON can. */
export interface BinaryForm {
  readonly name: string;
  object(count: number): void;
  list(count: number): void;
  /** Well-formed. */
  text(utf8: Uint8Array): void;
  literal(value: boolean | null): void;
  /** False: the width that was asked for holds no number of this size. */
  float(value: number): boolean;
  /** False: the format has no integer of this size. */
  integer(value: bigint): boolean;
}

/** One measured figure; `valid` is false where the feed did not prove itself. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly higher: boolean;
  readonly vs: string;
  readonly valid: boolean;
  readonly why: string;
  readonly sent: number;
  readonly received: number;
  readonly goal?: number;
  /** What an idle machine shows for the same figure in the same run. */
  readonly control?: number;
}

export interface Context {
  readonly rounds: number;
  readonly only: string;
  log(line: string): void;
}

export interface Case {
  readonly names: readonly string[];
  measure(context: Context): Promise<Figure[]>;
}

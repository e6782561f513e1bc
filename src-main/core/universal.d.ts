// The few globals that every host has and that pure code may use. Nothing that reads a clock.
interface TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, into: Uint8Array): { read: number; written: number };
}
declare const TextEncoder: { new (): TextEncoder };
interface TextDecoder {
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
declare const TextDecoder: {
  new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder;
};
/** One character a byte; throws where the text is not base64. */
declare function atob(text: string): string;
/** The reverse. */
declare function btoa(bytes: string): string;

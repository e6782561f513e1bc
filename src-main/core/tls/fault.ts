import type { TlsCheck } from '../../contract/model/certificates.ts';

/** One thing that is wrong with the certificate a broker showed; `what` goes on after “The certificate of A”. */
export interface Fault {
  readonly check: TlsCheck;
  readonly code: string;
  readonly what: string;
  readonly advice: string;
}

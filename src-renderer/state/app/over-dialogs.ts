import type { ServerCertificates } from '../../../src-main/contract/model/certificates.ts';
import type { ConnectionId, ConnectionOptions } from '../../../src-main/contract/model/model.ts';

/** What lies over a dialog as well, or over the window where none is open. */
export type OverDialog =
  | { readonly kind: 'certificates'; readonly of: CertificatesOf }
  /** `ids`: the profiles chosen to begin with; null: all. */
  | { readonly kind: 'export'; readonly ids: readonly string[] | null }
  /** What one would type to do the same with mosquitto's programs. */
  | { readonly kind: 'command-line'; readonly options: ConnectionOptions }
  | SecretsQuestion;

/** How secrets are kept. `after`: what waited for it, done once it is answered. */
export interface SecretsQuestion {
  readonly kind: 'secrets';
  /**
   * `decide`: what the engine's state leaves open. `unlock`, `create`, `change`: of the vault. `replace`:
   * its passphrase is lost. `memory`: keep nothing on the disk. `keychain`: back to that of the system.
   */
  readonly ask: 'decide' | 'unlock' | 'create' | 'change' | 'replace' | 'memory' | 'keychain';
  readonly after?: () => void;
}

/** Whose certificates are looked at; `name` is what the dialog shows of it. */
export type CertificatesOf =
  /** Those the server of an open connection showed last. */
  | { readonly kind: 'server'; readonly connection: ConnectionId; readonly name: string }
  /** Those the fields of a profile hold or name, before connecting. */
  | {
      readonly kind: 'local';
      readonly options: ConnectionOptions;
      readonly profileId: string | null;
      readonly name: string;
    }
  /** Those a test brought with it. */
  | { readonly kind: 'shown'; readonly certificates: ServerCertificates; readonly name: string };

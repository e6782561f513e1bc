import * as z from '../base/zod.ts';

/** What the window shows of certificates and of the checks of TLS. */

/** Parts of a distinguished name, in order: `CN`, `O`, …, or the dotted number of a kind without a name. */
export const NameAttribute = z.object({ name: z.string(), value: z.string() });
export type NameAttribute = z.infer<typeof NameAttribute>;

export const CertificateInfo = z.object({
  subject: z.array(NameAttribute),
  issuer: z.array(NameAttribute),
  /** The two in one line, e.g. `CN=broker, O=Plant`; empty where the name is empty. */
  subjectLine: z.string(),
  issuerLine: z.string(),
  /** Subject alternative names, at most 1,000. `other`: kinds that a host cannot have. */
  names: z.array(z.object({ kind: z.enum(['dns', 'ip', 'email', 'uri', 'other']), value: z.string() })),
  /** Upper-case hex digits. */
  serial: z.string(),
  /** ms since the epoch. */
  notBefore: z.number(),
  notAfter: z.number(),
  /** Whole days until `notAfter`, rounded down; negative once it has expired. */
  daysLeft: z.number().int(),
  /** `ahead`: not valid yet. `soon`: it ends within 30 days. */
  validity: z.enum(['valid', 'soon', 'expired', 'ahead']),
  /** E.g. `RSA`, `EC`, `Ed25519`. */
  keyType: z.string(),
  /** Bits of the key; null where its kind has but one size. */
  keyBits: z.number().nullable(),
  /** Of an elliptic curve; null otherwise. */
  curve: z.string().nullable(),
  /** E.g. `sha256WithRSAEncryption`, or the dotted number of an unknown one. */
  signatureAlgorithm: z.string(),
  /** It may sign others. */
  ca: z.boolean(),
  /** How many more may stand between it and the last one; null: no limit. */
  pathLength: z.number().nullable(),
  /** X.509 terms, e.g. `digitalSignature`; empty: not restricted. */
  keyUsage: z.array(z.string()),
  /** E.g. `serverAuth`, `clientAuth`, or a dotted number; empty: not restricted. */
  extendedKeyUsage: z.array(z.string()),
  /** Subject and issuer are the same, and its own key signed it. */
  selfSigned: z.boolean(),
  /** Upper-case hex digits in pairs, divided by `:`. */
  fingerprints: z.object({ sha1: z.string(), sha256: z.string() }),
  pem: z.string(),
});
export type CertificateInfo = z.infer<typeof CertificateInfo>;

/** What is checked of a broker's certificate, each by itself; the names are those of `TlsChecks`. */
export const TlsCheck = z.enum(['chain', 'dates', 'hostName']);
export type TlsCheck = z.infer<typeof TlsCheck>;

/** One thing that is wrong with the certificate of the broker. */
export const TlsProblem = z.object({
  check: TlsCheck,
  /** E.g. `certificate-expired`; stable. */
  code: z.string(),
  message: z.string(),
  advice: z.string(),
});
export type TlsProblem = z.infer<typeof TlsProblem>;

export const TlsVerdict = z.object({
  /** The whole in a sentence or two, for a person. */
  sentence: z.string(),
  /** `trusted`: all checks pass. `tolerated`: those that fail are turned off. `refused`: others fail. */
  outcome: z.enum(['trusted', 'tolerated', 'refused']),
  /** Checks that are turned off, whether they would pass or not. */
  off: z.array(TlsCheck),
  /** All that is wrong, also where its check is off; in the order chain, dates, host name. */
  problems: z.array(TlsProblem),
  /** Why the system's store of CA certificates, though asked for, is not used; null: it is, or was not asked for. */
  systemStore: z.string().nullable(),
});
export type TlsVerdict = z.infer<typeof TlsVerdict>;

/** What TLS agreed on, of a session that runs. */
export const TlsState = z.object({
  version: z.string(),
  cipher: z.string(),
  /** Every check passes, also those that are turned off. */
  verified: z.boolean(),
  /** We have a client certificate and the broker accepted us with it. */
  mutual: z.boolean(),
  alpn: z.string().nullable(),
  /** Checks that are turned off, and what they would have found; both empty in the normal case. */
  off: z.array(TlsCheck),
  ignored: z.array(TlsProblem),
});
export type TlsState = z.infer<typeof TlsState>;

/** Chain from the broker's own certificate up, as far as it was sent or is known here; and what we think of it. */
export const ServerCertificates = z.object({
  kind: z.literal('certificates'),
  /** When they were shown to us, ms since the epoch. */
  at: z.number(),
  /** At most 16. */
  chain: z.array(CertificateInfo),
  verdict: TlsVerdict,
});
export type ServerCertificates = z.infer<typeof ServerCertificates>;

/** The field of `TlsOptions` a finding belongs to; `host` and `protocol` are of `ConnectionOptions`. */
export const TlsField = z.enum([
  'ca',
  'cert',
  'key',
  'pfx',
  'passphrase',
  'servername',
  'alpn',
  'minVersion',
  'verify',
  'systemCa',
  'host',
  'protocol',
]);
export type TlsField = z.infer<typeof TlsField>;

export const TlsFinding = z.object({
  /** `error`: the connection cannot succeed like this. `note`: good to know. */
  severity: z.enum(['error', 'warning', 'note']),
  field: TlsField,
  /** E.g. `key-mismatch`; stable. */
  code: z.string(),
  message: z.string(),
  advice: z.string(),
});
export type TlsFinding = z.infer<typeof TlsFinding>;

/** What can be said of the TLS fields before connecting. */
export const TlsInspection = z.object({
  /** Certificates of the CA field, at most 200. */
  ca: z.array(CertificateInfo),
  /** How many the CA field holds in all. */
  caCount: z.number().int(),
  client: z.object({
    /** Our certificate first, at most 16. */
    chain: z.array(CertificateInfo),
    /** Null where there is no readable key or no certificate. */
    keyMatches: z.boolean().nullable(),
  }),
  /** Errors first. */
  findings: z.array(TlsFinding),
});
export type TlsInspection = z.infer<typeof TlsInspection>;

import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { Bytes, ConnectionOptions, MqttVersion, ProfileColour, Protocol, Qos } from '../model/model.ts';
import { ServiceLimits } from '../model/connect-fields.ts';
import { MAX_PASSPHRASE } from './passphrase.ts';
import { VaultPassphrase } from './profiles.ts';

/** What profiles come from and go to: files of this program and of others, command lines, presets. */

/** Bytes of a file to import; its frame holds little else. */
export const MAX_IMPORT_BYTES = 16_000_000;
/** Profiles of one import: more than people have, and an answer of them fits one frame. */
export const MAX_IMPORTED = 2_000;
/** UTF-16 units; no file system allows longer ones. */
const MAX_FILE_NAME = 1_024;

const Passphrase = z.string().min(1).max(MAX_PASSPHRASE);

export const ImportFormat = z.enum(['topicscope', 'mqtt-explorer', 'mqttx', 'command-line', 'addresses']);
export type ImportFormat = z.infer<typeof ImportFormat>;

/** A field through which an import could make this program read something of its user's. */
export const ConfirmedField = z.enum([
  'password-file',
  'password-environment',
  'ca',
  'certificate',
  'key',
  'pkcs12',
]);
export type ConfirmedField = z.infer<typeof ConfirmedField>;

/** Inert until the user has confirmed it; the dialog asks for each by itself. */
export const Confirmation = z.object({
  field: ConfirmedField,
  /** The path of the file or the name of the variable. */
  what: z.string(),
  /** Host and port that would get what it holds, or a signature made with it. */
  broker: z.string(),
  /** The question as a sentence. */
  text: z.string(),
});
export type Confirmation = z.infer<typeof Confirmation>;

/** What was read from a pasted text. */
export const PastedAddress = z.object({
  kind: z.literal('address'),
  /** `address` says where the broker is and who signs in; the others say all there is to a profile. */
  source: z.enum(['address', 'command', 'connection-string']),
  options: ConnectionOptions,
  notes: z.array(z.string()).optional(),
  confirmations: z.array(Confirmation).optional(),
});
export type PastedAddress = z.infer<typeof PastedAddress>;

/** One profile of a file that was read, for the eye; its options stay in the engine. */
export const ImportEntry = z.object({
  index: z.number().int(),
  name: z.string(),
  folder: z.string(),
  colour: ProfileColour,
  protocol: Protocol,
  /** Host and port, without username and password. */
  address: z.string(),
  version: MqttVersion,
  username: z.string().nullable(),
  hasPassword: z.boolean(),
  /** How many filters it subscribes to. */
  subscriptions: z.number().int(),
  /** What could not be taken over, and what deserves a look (checks of certificates that are off). */
  notes: z.array(z.string()),
  confirmations: z.array(Confirmation),
  /** Id of a saved profile that is equal but for secrets; null if there is none. */
  same: z.string().nullable(),
});
export type ImportEntry = z.infer<typeof ImportEntry>;

export const ReadImport = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('import'),
    /** Names this import in `importProfiles`; the engine keeps the last few. */
    id: z.string(),
    format: ImportFormat,
    entries: z.array(ImportEntry),
    /** What could not be read of the whole file. */
    notes: z.array(z.string()),
  }),
  /** The file is an export with secrets; a wrong passphrase is a failure of code `wrong-passphrase`. */
  z.object({ kind: z.literal('needs-passphrase') }),
  Failure,
]);
export type ReadImport = z.infer<typeof ReadImport>;

/** What a preset has to know of the user's account or device. */
export const PresetQuestion = z.object({
  id: z.string().min(1).max(64),
  label: z.string(),
  /** A sentence on where to find it; empty where the label says it all. */
  hint: z.string(),
  /** Shown while the field is empty; never sent. */
  example: z.string(),
  /** `file`: a path or PEM text, as in the fields of TLS. */
  input: z.enum(['text', 'secret', 'file', 'choice']),
  /** Of `choice`. */
  choices: z.array(z.object({ value: z.string(), label: z.string() })),
  required: z.boolean(),
  initial: z.string(),
  /** A regular expression (flag `u`) that the whole answer matches; null: anything goes. */
  pattern: z.string().nullable(),
  /** The pattern in words. */
  rule: z.string(),
});
export type PresetQuestion = z.infer<typeof PresetQuestion>;

export const Preset = z.object({
  id: z.string().min(1).max(64),
  /** Presets of one service stand together under its name. */
  service: z.string(),
  title: z.string(),
  /** A paragraph: what it is for, what it needs, what will be different from a broker of one's own. */
  text: z.string(),
  questions: z.array(PresetQuestion),
  limits: ServiceLimits,
  /** The limits as sentences, and others that cannot be checked. */
  facts: z.array(z.string()),
});
export type Preset = z.infer<typeof Preset>;

export const transferCalls = {
  /** Reads a file or a pasted text by what is in it. Opens no other file and connects nothing. */
  readImport: call(
    z.object({
      /** UTF-8, or UTF-16 with a byte order mark; longer ones than `MAX_IMPORT_BYTES` are refused. */
      bytes: Bytes,
      fileName: z.string().max(MAX_FILE_NAME).nullable().default(null),
      passphrase: Passphrase.nullable().default(null),
    }),
    ReadImport,
  ),
  /** Saves what the user chose of an import; what is not in `confirmed` stays inert. */
  importProfiles: call(
    z.object({
      id: z.string().min(1).max(64),
      entries: z
        .array(
          z.object({
            index: z.number().int().min(0),
            folder: z.string().max(400),
            confirmed: z.array(ConfirmedField).max(6).default([]),
          }),
        )
        .min(1)
        .max(MAX_IMPORTED),
    }),
    z.union([z.object({ kind: z.literal('imported'), ids: z.array(z.string()) }), Failure]),
  ),
  /** `ids` null: all profiles. Without a passphrase the text holds no secrets. */
  exportProfiles: call(
    z.object({
      ids: z.array(z.string().max(64)).min(1).max(10_000).nullable(),
      passphrase: Passphrase.nullable(),
      vaultPassphrase: VaultPassphrase,
    }),
    z.union([
      z.object({
        kind: z.literal('export'),
        fileName: z.string(),
        bytes: Bytes,
        profiles: z.number().int(),
        /** Profiles whose secrets are not in it, and why. */
        notes: z.array(z.string()),
      }),
      Failure,
    ]),
  ),
  /** A command that does what the connection does, without its secrets; the notes say what is missing. */
  commandLine: call(
    z.object({
      options: ConnectionOptions,
      tool: z.enum(['mosquitto_sub', 'mosquitto_pub']),
      shell: z.enum(['sh', 'cmd']).default('sh'),
      /** What `mosquitto_pub` sends; null: a topic to be replaced by the user. */
      message: z
        .object({
          topic: z.string().min(1).max(65_535),
          payload: z.string().max(65_535),
          qos: Qos,
          retain: z.boolean(),
        })
        .nullable()
        .default(null),
    }),
    z.union([
      z.object({ kind: z.literal('command'), text: z.string(), notes: z.array(z.string()) }),
      Failure,
    ]),
  ),
  presets: call(z.object({}), z.object({ presets: z.array(Preset) })),
  /** Fills the options a preset knows and leaves the others; `problems` name questions. */
  applyPreset: call(
    z.object({
      options: ConnectionOptions,
      preset: z.string().max(64),
      answers: z.record(z.string().max(64), z.string().max(1_000_000)),
    }),
    z.union([
      z.object({ kind: z.literal('applied'), options: ConnectionOptions, notes: z.array(z.string()) }),
      z.object({
        kind: z.literal('invalid'),
        problems: z.array(z.object({ question: z.string(), message: z.string() })),
      }),
      Failure,
    ]),
  ),
} as const;

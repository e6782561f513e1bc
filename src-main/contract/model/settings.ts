import * as z from '../base/zod.ts';

/** Sizes in bytes. */
const settings = {
  /** Index and history of one connection together. */
  memoryBytes: z
    .number()
    .int()
    .min(16_000_000)
    .max(64 * 2 ** 30),
  /** Topics kept per connection before the least recently seen are forgotten. */
  topicCap: z.number().int().min(1_000).max(20_000_000),
  /** Larger payloads are kept as their first bytes. */
  maxPayloadBytes: z.number().int().min(1_000).max(268_435_455),
  /** What cleared retained messages may take on disk, before more is asked for. */
  trashBytes: z
    .number()
    .int()
    .min(1_000_000)
    .max(64 * 2 ** 30),
  /** What kept snapshots may take on disk, before more is asked for. */
  snapshotBytes: z
    .number()
    .int()
    .min(1_000_000)
    .max(64 * 2 ** 30),
  connectTimeoutMs: z.number().int().min(500).max(120_000),
  theme: z.enum(['system', 'light', 'dark']),
  /** How high the rows of the topic tree are: 20, 24 or 28 px. */
  density: z.enum(['compact', 'normal', 'comfortable']),
  /** Which releases the desktop program offers when it looks for updates. */
  updateChannel: z.enum(['stable', 'beta']),
  /** Minutes after its last use until the vault is locked; 0: never. It also is when the computer sleeps. */
  vaultLockMinutes: z.union([z.literal(0), z.literal(5), z.literal(15), z.literal(60)]),
};

/** The settings a person can change. */
export const Settings = z.object({
  memoryBytes: settings.memoryBytes.default(512_000_000),
  topicCap: settings.topicCap.default(3_000_000),
  maxPayloadBytes: settings.maxPayloadBytes.default(32_000_000),
  trashBytes: settings.trashBytes.default(256_000_000),
  snapshotBytes: settings.snapshotBytes.default(256_000_000),
  connectTimeoutMs: settings.connectTimeoutMs.default(10_000),
  theme: settings.theme.default('system'),
  density: settings.density.default('normal'),
  updateChannel: settings.updateChannel.default('stable'),
  vaultLockMinutes: settings.vaultLockMinutes.default(15),
});
export type Settings = z.infer<typeof Settings>;
export type UpdateChannel = Settings['updateChannel'];

/** What is absent stays as it is. (`Settings.partial()` would fill in the defaults.) */
export const SettingsPatch = z.object(settings).partial();

export const AppInfo = z.object({
  version: z.string(),
  host: z.enum(['desktop', 'server']),
  platform: z.string(),
  /** How secrets are kept, in a sentence. */
  secrets: z.string(),
  dataDir: z.string(),
  /** The window came over a network without TLS, or may have: everybody on the way reads along. */
  readable: z.boolean().default(false),
});
export type AppInfo = z.infer<typeof AppInfo>;

import { z } from 'zod';

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
  connectTimeoutMs: z.number().int().min(500).max(120_000),
  theme: z.enum(['system', 'light', 'dark']),
  /** Which releases the desktop program offers when it looks for updates. */
  updateChannel: z.enum(['stable', 'beta']),
};

/** The settings a person can change. */
export const Settings = z.object({
  memoryBytes: settings.memoryBytes.default(512_000_000),
  topicCap: settings.topicCap.default(3_000_000),
  maxPayloadBytes: settings.maxPayloadBytes.default(32_000_000),
  connectTimeoutMs: settings.connectTimeoutMs.default(10_000),
  theme: settings.theme.default('system'),
  updateChannel: settings.updateChannel.default('stable'),
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
});
export type AppInfo = z.infer<typeof AppInfo>;

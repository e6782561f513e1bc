import type { Oracle } from '../oracle.ts';

/** What a broker does, measured by raw packets; the product is not involved. Short words for a table. */
export interface Habit {
  readonly name: string;
  /** @returns what was seen; `–` where the broker does not speak the version that it needs */
  measure(oracle: Oracle, facts: Facts): Promise<string>;
}

/** What checks have to know of a broker beforehand. */
export interface Facts {
  readonly speaks5: boolean;
  /** Filters with wildcards bring stored messages. */
  readonly storedOnWildcards: boolean;
}

export async function measureFacts(oracle: Oracle): Promise<Facts> {
  const folder = `${fresh()}/facts`;
  await oracle.publish(`${folder}/a`, '1', { retain: true });
  const stored = await oracle.scan(`${folder}/#`, 1);
  return { speaks5: (await speaks5(oracle)).yes, storedOnWildcards: stored.size > 0 };
}

export const NO_5 = '–';
let last = 0;
/** A topic that was not used before. */
export const fresh = (): string => `habit/${++last}`;

/** Whether the broker answers CONNECT of MQTT 5, and how it refuses where not. */
export async function speaks5(oracle: Oracle): Promise<{ yes: boolean; how: string }> {
  try {
    const client = await oracle.connect({ version: 5 });
    const code = client.connack?.reasonCode ?? client.connack?.returnCode ?? -1;
    client.destroy();
    return code === 0 ? { yes: true, how: 'yes' } : { yes: false, how: `no: CONNACK ${code}` };
  } catch {
    return { yes: false, how: 'no: closes' };
  }
}

import { ConnectionOptions } from '../../contract/model/model.ts';
import { Broker } from './broker/broker.ts';
import { startFleet } from './fleet/fleet.ts';
import { listenTcp } from './broker/listen.ts';
import { seeded } from './fleet/random.ts';
import { realClock, type DemoClock } from './broker/time.ts';

export interface DemoOptions {
  /** The same seed gives the same plant and the same values. */
  readonly seed?: number;
  readonly clock?: DemoClock;
  /** 0: any free port. */
  readonly port?: number;
}

export interface Demo {
  readonly host: string;
  readonly port: number;
  /** What connects to it. */
  readonly options: ConnectionOptions;
  close(): Promise<void>;
}

/** Starts the demo's broker on loopback and the simulated plant behind it, both in this process. */
export async function startDemo({ seed = 7, clock = realClock, port = 0 }: DemoOptions = {}): Promise<Demo> {
  const broker = new Broker({ clock, random: seeded(seed) });
  const listening = await listenTcp((stream) => broker.accept(stream), port);
  const stopFleet = startFleet({ broker, clock, seed });
  const { host } = listening;
  return {
    host,
    port: listening.port,
    options: ConnectionOptions.parse({
      name: 'Demo plant',
      protocol: 'mqtt',
      host,
      port: listening.port,
      keepAlive: 30,
    }),
    close: async () => {
      stopFleet();
      broker.close();
      await listening.close();
    },
  };
}

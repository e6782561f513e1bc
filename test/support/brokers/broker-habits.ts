export interface Habit {
  /** What a broker with this habit does, in plain words. */
  readonly says: string;
  /** Where it was seen; `docs/brokers.md` has the versions and the date. */
  readonly seenOn: readonly string[];
  readonly versions: 'all' | '3.1.1' | '5';
}

/** What brokers do that mosquitto does not, by name: for the scriptable broker and for model tests. */
export const BROKER_HABITS = {
  'ping-before-stored': {
    says: 'Answers SUBSCRIBE and PINGREQ at once and delivers stored messages some time later.',
    seenOn: ['Artemis', 'Moquette', 'mochi-mqtt', 'aedes', 'HiveMQ'],
    versions: 'all',
  },
  'stored-before-suback': {
    says: 'Delivers stored messages before it answers the SUBSCRIBE, as the standard allows.',
    seenOn: ['Artemis', 'amqtt'],
    versions: 'all',
  },
  'ignores-rap': {
    says: 'Delivers live retained messages with retain = 0 although retain-as-published was asked for.',
    seenOn: [],
    versions: '5',
  },
  'ignores-rap-on-wildcards': {
    says: 'Honours retain-as-published for exact topics and ignores it for filters with a wildcard.',
    seenOn: ['Artemis'],
    versions: '5',
  },
  'live-as-stored': {
    says: 'Delivers live retained messages with retain = 1 to everybody, as if they were stored ones.',
    seenOn: [],
    versions: 'all',
  },
  'eventually-consistent': {
    says: 'Delivers the old stored message for a while after it was cleared or replaced.',
    seenOn: ['NATS'],
    versions: 'all',
  },
  'no-stored-on-wildcards': {
    says: 'Delivers stored messages for exact topics only.',
    seenOn: ['RabbitMQ'],
    versions: 'all',
  },
  'no-stored-for-empty-last-level': {
    says: 'Delivers nothing stored for a filter that ends with an empty level, only where + or # stands for it.',
    seenOn: ['ejabberd'],
    versions: 'all',
  },
  'misreads-empty-first-level': {
    says: 'Answers /# with everything it stores, and knows no empty first level where + stands for it.',
    seenOn: ['ejabberd'],
    versions: 'all',
  },
  'dots-end-levels': {
    says: 'Takes a dot for the end of a level where it looks for stored messages, so + stands for less or for more.',
    seenOn: ['Artemis'],
    versions: 'all',
  },
  'drops-large-scans': {
    says: 'Leaves out stored messages beyond a number and says nothing; a later ping is answered.',
    seenOn: ['mosquitto'],
    versions: 'all',
  },
  'retain-at-qos-0-clears': {
    says: 'Does not store what is published retained at QoS 0, and forgets what was stored there.',
    seenOn: ['Moquette'],
    versions: 'all',
  },
  'forgets-retained-at-qos-0': {
    says: 'Does not store what is published retained at QoS 0; what was stored there stays.',
    seenOn: [],
    versions: 'all',
  },
  'stored-unflagged-at-qos-1': {
    says: 'Delivers stored messages with retain = 0 to subscriptions at QoS 1 and 2, as if they were live.',
    seenOn: ['Moquette'],
    versions: 'all',
  },
  'stored-unflagged': {
    says: 'Delivers stored messages with retain = 0 at each QoS, as if they were live.',
    seenOn: ['smqtt', 'Apollo'],
    versions: 'all',
  },
  'stores-empty-messages': {
    says: 'Stores an empty message in the place of what it clears, and delivers it as a stored one.',
    seenOn: ['mica-mqtt'],
    versions: 'all',
  },
  'writes-publisher-into-messages': {
    says: 'Puts the client ID of the publisher into each message, as a user property, in the place of what was sent.',
    seenOn: ['mqttv5'],
    versions: '5',
  },
  'one-table-of-ids': {
    says: 'Refuses a SUBSCRIBE that has the packet identifier of a message it has under way itself.',
    seenOn: ['mochi-mqtt'],
    versions: 'all',
  },
  'brings-stored-of-others': {
    says: 'Answers a SUBSCRIBE with the stored messages of every filter that anybody subscribed to before.',
    seenOn: ['amqtt'],
    versions: 'all',
  },
  'closes-1011-on-version-5': {
    says: 'Ends a WebSocket with the close code 1011 after a CONNECT of MQTT 5.',
    seenOn: ['RabbitMQ'],
    versions: '5',
  },
  'refuses-sys': {
    says: 'Refuses every subscription below $SYS and grants the others of the same SUBSCRIBE.',
    seenOn: [],
    versions: 'all',
  },
  'closes-on-sys': {
    says: 'Ends the link over a subscription below $SYS.',
    seenOn: ['rumqttd'],
    versions: 'all',
  },
  'dots-become-slashes': {
    says: 'Takes a dot in a topic or filter for a slash: a.b/c is stored and delivered as a/b/c.',
    seenOn: ['RabbitMQ'],
    versions: 'all',
  },
  'share-is-literal': {
    says: 'Takes $share/group/filter for the name of a topic, so that nothing ever arrives.',
    seenOn: ['RabbitMQ', 'NATS', 'Moquette', 'aedes'],
    versions: '3.1.1',
  },
  'ends-over-refused-publish': {
    says: 'Refuses what is published below denied/, and ends the link over it.',
    seenOn: ['HiveMQ'],
    versions: 'all',
  },
  'reads-old-connect-last': {
    says: 'Leaves the first CONNECT of a client ID unanswered, as if it hung, and lets it take over the second.',
    seenOn: ['HiveMQ'],
    versions: '5',
  },
  'filters-are-patterns': {
    says: 'Delivers nothing stored while a filter is subscribed to that is no regular expression, such as *a or (b.',
    seenOn: ['Artemis'],
    versions: 'all',
  },
  'delivers-backslashes-fourfold': {
    says: 'Delivers a topic with each backslash four times, and knows it by its own name only.',
    seenOn: ['Artemis'],
    versions: 'all',
  },
  'closes-on-pubrel': {
    says: 'Ends the link when PUBREL arrives for the first time; the session stays.',
    seenOn: [],
    versions: 'all',
  },
} as const satisfies Readonly<Record<string, Habit>>;

export type HabitName = keyof typeof BROKER_HABITS;

export const HABIT_NAMES = Object.keys(BROKER_HABITS) as readonly HabitName[];

/** How much of a habit; whole numbers, times in ms. */
export interface HabitAmounts {
  /** From SUBSCRIBE to the first stored message. */
  readonly storedAfterMs: number;
  /** Stored messages that leave together; then the next ones wait for `storedEveryMs`. */
  readonly storedAtOnce: number;
  readonly storedEveryMs: number;
  /** How long an old stored message is still delivered. */
  readonly staleMs: number;
  /** Stored messages of one SUBSCRIBE that `drops-large-scans` delivers. */
  readonly scanLimit: number;
}

export const DEFAULT_AMOUNTS: HabitAmounts = {
  storedAfterMs: 30,
  storedAtOnce: 100,
  storedEveryMs: 10,
  staleMs: 800,
  scanLimit: 1_020,
};

import type { Qos, SubscriptionStatus } from '../../contract/model/model.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import type { RecordLook } from '../../core/history/look.ts';
import type { Node } from '../../core/topics/columns/nodes.ts';

/** Topics whose QoS is kept; beyond, it is not known. */
const MOST = 500_000;
/** Nodes of a page. */
const PAGE_BITS = 12;
const PAGE = 2 ** PAGE_BITS;

/** At which QoS messages are stored. A subscription at a lower one hides it, so it is often not known. */
export class StoredQos {
  /**
   * By node, in pages: when it was learnt, ms since the epoch, which is the time of the fact, times four, and the
   * QoS; 0: it was not. A clear asks for tens of thousands, and as many entries of a map would be moved by each
   * collection that meets them.
   */
  readonly #probed: (Float64Array | undefined)[] = [];
  #count = 0;
  /** No granted subscription has a lower one. */
  #granted: Qos = 0;
  /** When the last SUBSCRIBE was written, and the one since which that holds: ms since the epoch. */
  #askedAt = 0;
  #grantedSince = 0;

  /** A SUBSCRIBE was written. */
  asked(at: number): void {
    this.#askedAt = at;
  }

  subscriptionsChanged(status: readonly SubscriptionStatus[]): void {
    const granted = status.flatMap(({ result }) => (result.kind === 'granted' ? [result.qos] : []));
    const least: Qos = granted.length === 0 ? 0 : (Math.min(...granted) as Qos);
    // What came before was limited by the lower one, and not every SUBSCRIBE brings it again.
    if (least > this.#granted) this.#grantedSince = this.#askedAt;
    this.#granted = least;
  }

  /** @param granted to the probe; a message that came at that QoS may be stored at a higher one */
  probed(node: Node, qos: Qos, granted: Qos, at: number): void {
    if (qos === granted && granted < 2) return;
    const page = (this.#probed[node >>> PAGE_BITS] ??= new Float64Array(PAGE));
    const index = node & (PAGE - 1);
    if (page[index] === 0) {
      if (this.#count >= MOST) return;
      this.#count++;
    }
    page[index] = at * 4 + qos;
  }

  forget(node: Node): void {
    const page = this.#probed[node >>> PAGE_BITS];
    const index = node & (PAGE - 1);
    if (page === undefined || page[index] === 0) return;
    page[index] = 0;
    this.#count--;
  }

  /** @param look the retained message as it was delivered last; null: it was not, or is not kept */
  of(node: Node, look: RecordLook | null, fact: RetainedFact): Qos | null {
    if (fact.state !== 'retained') return null;
    const probed = this.#probed[node >>> PAGE_BITS]?.[node & (PAGE - 1)] ?? 0;
    if (fact.by === 'probe' && probed !== 0)
      return Math.floor(probed / 4) === fact.at ? ((probed % 4) as Qos) : null;
    if (fact.by === 'probe') return null;
    if (look === null || fact.by === 'us') return null;
    const delivered = Math.min(2, (look.flags >> 1) & 3) as Qos;
    if (delivered === 2) return delivered;
    return delivered < this.#granted && look.at >= this.#grantedSince ? delivered : null;
  }
}

import type { Node, TopicNames } from '../columns/nodes.ts';
import type { PathLook, PathNeedle, PathSearch } from '../path-look.ts';
import { ArenaSearch } from '../tree/path-search.ts';
import type { Tree } from '../tree/tree.ts';
import { NodeReader } from './node-reader.ts';

/** The columns read as topics with their names, which only the live store has. */
export abstract class NamedReader extends NodeReader implements TopicNames {
  protected abstract readonly names: Tree;
  /** The topic filters subscribed to, with the Subscription Identifier of each; set by the subscriber. */
  subscriptions: ReadonlyMap<string, number> = new Map();

  get now(): number {
    return this.time.now;
  }

  get end(): Node {
    return this.columns.end;
  }

  exists(node: Node): boolean {
    return this.columns.has(node);
  }

  get separator(): string {
    return this.names.separator;
  }

  pathBytes(node: Node): Uint8Array {
    return this.names.pathOf(node);
  }

  lookPath(node: Node, into: PathLook): void {
    this.names.lookAt(node, into);
  }

  searchPaths(needles: readonly PathNeedle[]): PathSearch {
    return new ArenaSearch(this.names.arena, this.names.columns, needles);
  }

  nameOffset(node: Node): number {
    return this.names.nameOffset(node);
  }

  compareNames(a: Node, b: Node): number {
    return this.names.compareNames(a, b);
  }

  find(path: Uint8Array): Node {
    return this.findIn(new DataView(path.buffer, path.byteOffset, path.length), 0, path.length);
  }

  /** As `find`, of the bytes from `start` to before `end`: who looks up many makes no view of each. */
  findIn(bytes: DataView, start: number, end: number): Node {
    return this.names.find(this.names.hashOf(bytes, start, end), bytes, start, end);
  }
}

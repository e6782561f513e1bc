import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ClearScope } from '../../../src-main/contract/session/jobs.ts';
import { callEngine, isFailure } from '../../state/engine/call-engine.ts';
import { LATE, Latest } from '../../state/engine/latest.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { planMany, type ManyPlan } from './clear-many.ts';

export interface ManyClearingState {
  /** Null while it is made, and where it could not be. */
  readonly plan: ManyPlan | null;
  readonly problem: string | null;
  /** The trash has no room for this plan's copies: it begins only beyond the limit. */
  readonly full: boolean;
  /** It was asked to begin, and not answered. */
  readonly beginning: boolean;
  /** The job that it became. */
  readonly job: string | null;
}

const NOTHING: ManyClearingState = { plan: null, problem: null, full: false, beginning: false, job: null };

/** From what is to be cleared to a job of the engine: a preview, and its start. */
export class ManyClearing {
  readonly store: StoreApi<ManyClearingState>;
  readonly #session: ConnectionSession;
  readonly #latest = new Latest();

  constructor(session: ConnectionSession) {
    this.#session = session;
    this.store = createStore<ManyClearingState>(() => NOTHING);
  }

  /** Looks up what a scope holds; what was found out of another one counts no more. */
  async look(scope: ClearScope): Promise<void> {
    this.store.setState({ plan: null, problem: null, full: false, beginning: false });
    const plan = await this.#latest.answer(() => callEngine(() => planMany(this.#session, scope)));
    if (plan === LATE) return;
    if ('kind' in plan) this.show(`${plan.message} ${plan.advice}`);
    else this.store.setState({ plan });
  }

  /** Once a plan, however often it is asked for; the second time of one the trash has no room for. */
  async begin(): Promise<void> {
    const { plan, full, beginning } = this.store.getState();
    if (plan === null || beginning) return;
    this.store.setState({ beginning: true, problem: null });
    const answer = await this.#latest.answer(() =>
      callEngine(() => this.#session.client.call('startClearing', { plan: plan.plan, overLimit: full })),
    );
    if (answer === LATE) return;
    if (isFailure(answer)) {
      this.store.setState({ beginning: false, full: answer.code === 'trash-full' });
      this.show(`${answer.message} ${answer.advice}`);
    } else this.found(answer.job);
  }

  /** Pauses, resumes or stops the job. */
  async control(name: 'pauseJob' | 'resumeJob' | 'stopJob', job: string): Promise<void> {
    const answer = await callEngine(() => this.#session.client.call(name, { job }));
    if (isFailure(answer)) this.show(`${answer.message} ${answer.advice}`);
  }

  /** A job of this connection that runs already is looked at. */
  found(job: string): void {
    this.store.setState({ job });
  }

  show(problem: string | null): void {
    this.store.setState({ problem: problem?.trim() ?? null });
  }

  /** It is off the screen. */
  closed(): void {
    this.#latest.drop();
  }
}

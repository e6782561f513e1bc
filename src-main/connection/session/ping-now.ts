import { failed, type Failure } from '../../contract/base/errors.ts';
import { notConnected } from '../auth/prepare.ts';
import type { Link } from '../link/link.ts';

/** PINGREQ because the user asks for it; its answer, or why there is none. */
export async function pingNow(link: Link | null): Promise<{ kind: 'answered'; ms: number } | Failure> {
  if (!link?.online) return notConnected();
  const answer = await link.ping('ping');
  switch (answer.kind) {
    case 'answered':
      return answer;
    case 'timeout':
      return failed(
        'ping-timeout',
        'The broker did not answer PINGREQ within 10 s.',
        'It may be overloaded; the keep-alive goes on asking.',
      );
    case 'closed':
      return failed('closed', 'The connection ended before the broker answered.', '');
  }
}

import { operandOf } from './field-term.ts';

/** The term of the filter language that an MQTT topic filter is written as. */
export function topicTerm(filter: string): string {
  return `topic:${operandOf(filter)}`;
}

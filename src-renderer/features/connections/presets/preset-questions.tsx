import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { Preset, PresetQuestion } from '../../../../src-main/contract/profiles/transfer.ts';
import { Select, TextArea, TextField } from '../../../ui/controls/field.tsx';
import { FileButton } from '../../../ui/controls/file-button.tsx';
import { SecretField } from '../../../ui/controls/secret-field.tsx';
import { pemOf } from '../base/certificate-file.ts';
import { useChosenFile } from '../base/chosen-file.ts';
import type { Answers } from './presets.ts';
import '../base/certificate-field.css';

interface PresetQuestionsProps {
  readonly preset: Preset;
  readonly answers: Answers;
  readonly errors: Readonly<Record<string, string>>;
  readonly onAnswer: (question: string, answer: string) => void;
}

/** What a preset has to know, one field a question. */
export function PresetQuestions({ preset, answers, errors, onAnswer }: PresetQuestionsProps) {
  return preset.questions.map((question) => (
    <Question
      key={question.id}
      question={question}
      answer={answers[question.id] ?? ''}
      error={errors[question.id]}
      onAnswer={(answer) => onAnswer(question.id, answer)}
    />
  ));
}

interface QuestionProps {
  readonly question: PresetQuestion;
  readonly answer: string;
  readonly error: string | undefined;
  readonly onAnswer: (answer: string) => void;
}

function Question({ question, answer, error, onAnswer }: QuestionProps) {
  const { input, choices, example, hint, required } = question;
  const common = {
    label: required || input === 'choice' ? question.label : `${question.label} (optional)`,
    value: answer,
    error,
    ...(hint === '' ? {} : { hint }),
  };
  switch (input) {
    case 'text':
      return <TextField {...common} placeholder={example} onChange={onAnswer} />;
    case 'secret':
      return <SecretField {...common} reveals={question.label} placeholder={example} onChange={onAnswer} />;
    case 'choice':
      return <Select {...common} options={choices} onChange={onAnswer} />;
    case 'file':
      return <FileQuestion question={question} common={common} onAnswer={onAnswer} />;
  }
}

interface FileQuestionProps {
  readonly question: PresetQuestion;
  readonly common: Pick<QuestionProps, 'error'> & {
    readonly label: string;
    readonly value: string;
    readonly hint?: string;
  };
  readonly onAnswer: (answer: string) => void;
}

/** A path or PEM text, as in the fields of TLS. */
function FileQuestion({ question, common, onAnswer }: FileQuestionProps) {
  const [file, problem] = useChosenFile(certificateOrKey, onAnswer);
  return (
    <div className="tls-file-line">
      <TextArea
        {...common}
        mono
        error={problem === null ? common.error : escapeUnsafe(`${problem.message} ${problem.advice}`)}
        placeholder={question.example === '' ? 'path or PEM text' : question.example}
        onChange={(text) => {
          file.typed();
          onAnswer(text);
        }}
      />
      <FileButton label={`Browse for the ${question.label}`} onFile={(chosen) => void file.take(chosen)}>
        Browse…
      </FileButton>
    </div>
  );
}

/** A question does not say which of the two it wants; a file is seldom both. */
function certificateOrKey(bytes: Uint8Array, name: string): string | Failure {
  const certificate = pemOf(bytes, 'certificate', name);
  return typeof certificate === 'string' ? certificate : pemOf(bytes, 'key', name);
}

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DockerfileParser, ModifiableInstruction } from 'dockerfile-ast';

/** The repository: what Docker calls the context. */
export const context = fileURLToPath(new URL('../../..', import.meta.url));

export interface Instruction {
  keyword: string;
  /** As `--from=build`. */
  flags: string[];
  /** All that follows the keyword and the flags, on one line. */
  text: string;
}

export interface Stage {
  /** Undefined of a stage that no other refers to. */
  name: string | undefined;
  base: string;
  instructions: Instruction[];
}

/** The stages of the Dockerfile; what the last one makes is the image. */
export function readDockerfile(text = readFileSync(`${context}/Dockerfile`, 'utf8')): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword();
    const words = instruction.getArguments().map((word) => word.getValue());
    const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags().map(String) : [];
    if (keyword === 'FROM') stages.push({ name: words[2], base: words[0] ?? '', instructions: [] });
    else stages.at(-1)?.instructions.push({ keyword, flags, text: words.join(' ') });
  }
  return stages;
}

/** Texts of all instructions of that keyword. */
export function textsOf({ instructions }: Stage, keyword: string): string[] {
  return instructions.filter((instruction) => instruction.keyword === keyword).map(({ text }) => text);
}

/** The list of the last such instruction, as in `CMD ["start"]`; empty without one. */
export function listOf(stage: Stage, keyword: string): string[] {
  const text = textsOf(stage, keyword).at(-1) ?? '[]';
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}

/** What `ENV NAME=value` sets. */
export function environmentOf(stage: Stage): Record<string, string> {
  const pairs = textsOf(stage, 'ENV').flatMap((text) => text.split(' '));
  return Object.fromEntries(pairs.map((pair) => pair.split('=', 2) as [string, string]));
}

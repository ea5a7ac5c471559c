import { addItems, append, setItems } from './containers';
import { Cursor, Refuse } from './cursor';
import {
  decimal,
  escapedUnicode,
  float,
  integerOrBoolean,
  LONGEST_INTEGER,
  longInteger,
  quoted,
} from './literals';
import { OPCODES as OP } from './opcodes';
import { PickleStack } from './stack';
import { describe, Meter, PickleFunction, PickleTuple, PickleValue, quote, StatefulObject } from './values';

/** What a pickle may refer to beyond itself. Both refuse by throwing. */
export interface Environment {
  /** The value that stands for a global: one of an allow-list, never a lookup in anything that runs. */
  global(module: string, name: string): PickleValue;
  /** The object behind a persistent id. */
  persistent(id: PickleValue): PickleValue;
}

const NAMES = new Map<number, string>(Object.entries(OP).map(([name, code]) => [code, name]));
const NEWEST_PROTOCOL = 5;
/** The most that a pickle may make: about a million containers, or 64 million numbers. */
const MOST_WORK = 2 ** 26;
const CONTAINER = 64;

/**
 * A pickle machine that builds data and nothing else: text, numbers, containers, and what the environment gives for a
 * global or a persistent id. It never recurses, never looks a name up outside the environment, checks every length
 * against the bytes left, and stops at a fixed amount of work.
 *
 * Source: CPython, Lib/pickle.py (`_Unpickler`) and Lib/pickletools.py.
 */
export class PickleMachine implements Meter {
  readonly refuse: Refuse;
  private readonly cursor: Cursor;
  private readonly stack = new PickleStack(this);
  private work = 0;

  /** @param name the pickle's, for messages */
  constructor(
    bytes: Uint8Array,
    start: number,
    private readonly environment: Environment,
    name: string,
  ) {
    this.refuse = (what) => {
      throw new Error(`${name}: ${what}`);
    };
    this.cursor = new Cursor(bytes, start, this.refuse);
  }

  /** Runs until the pickle says stop. @returns its value, and where the bytes behind it begin */
  run(): { value: PickleValue; end: number } {
    for (;;) {
      const at = this.cursor.position;
      const code = this.cursor.uint8();
      if (code === OP.STOP) return { value: this.stack.pop(), end: this.cursor.position };
      this.spend(1);
      this.step(code, at);
    }
  }

  spend(units: number): void {
    this.work += units;
    if (this.work > MOST_WORK) {
      this.refuse(
        'got more objects than any checkpoint has: the file was made to exhaust memory, or is damaged',
      );
    }
  }

  private step(code: number, at: number): void {
    const { cursor, stack } = this;
    switch (code) {
      case OP.PROTO:
        return this.requireProtocol(cursor.uint8());
      case OP.FRAME:
        return cursor.require(cursor.uint64());
      case OP.MARK:
        return stack.mark();
      case OP.POP:
        return stack.discard();
      case OP.POP_MARK:
        return void stack.popMark();
      case OP.DUP:
        return stack.push(stack.top());

      case OP.PUT:
        return stack.remember(decimal(cursor.line(), this.refuse));
      case OP.BINPUT:
        return stack.remember(cursor.uint8());
      case OP.LONG_BINPUT:
        return stack.remember(cursor.uint32());
      case OP.MEMOIZE:
        return stack.remember();
      case OP.GET:
        return stack.recall(decimal(cursor.line(), this.refuse));
      case OP.BINGET:
        return stack.recall(cursor.uint8());
      case OP.LONG_BINGET:
        return stack.recall(cursor.uint32());

      case OP.NONE:
        return stack.push(null);
      case OP.NEWTRUE:
        return stack.push(true);
      case OP.NEWFALSE:
        return stack.push(false);
      case OP.INT:
        return stack.push(integerOrBoolean(cursor.line(), this.refuse));
      case OP.LONG:
        return stack.push(decimal(cursor.line(), this.refuse));
      case OP.FLOAT:
        return stack.push(float(cursor.line(), this.refuse));
      case OP.BININT:
        return stack.push(cursor.int32());
      case OP.BININT1:
        return stack.push(cursor.uint8());
      case OP.BININT2:
        return stack.push(cursor.uint16());
      case OP.LONG1:
        return stack.push(this.long(cursor.uint8()));
      case OP.LONG4:
        return stack.push(this.long(cursor.int32()));
      case OP.BINFLOAT:
        return stack.push(cursor.float64BigEndian());

      case OP.STRING:
        return stack.push(quoted(cursor.line(), this.refuse));
      case OP.UNICODE:
        return stack.push(escapedUnicode(cursor.line()));
      // Python 2 wrote bytes and ASCII text alike with these two: ISO 8859-1 keeps both.
      case OP.BINSTRING:
        return stack.push(cursor.latin1(cursor.int32()));
      case OP.SHORT_BINSTRING:
        return stack.push(cursor.latin1(cursor.uint8()));
      case OP.SHORT_BINUNICODE:
        return stack.push(cursor.utf8(cursor.uint8()));
      case OP.BINUNICODE:
        return stack.push(cursor.utf8(cursor.uint32()));
      case OP.BINUNICODE8:
        return stack.push(cursor.utf8(cursor.uint64()));
      case OP.SHORT_BINBYTES:
        return stack.push(cursor.take(cursor.uint8()));
      case OP.BINBYTES:
        return stack.push(cursor.take(cursor.uint32()));
      case OP.BINBYTES8:
      case OP.BYTEARRAY8:
        return stack.push(cursor.take(cursor.uint64()));

      case OP.EMPTY_TUPLE:
        return this.container(new PickleTuple([]));
      case OP.TUPLE1:
        return this.container(new PickleTuple(stack.popMany(1)));
      case OP.TUPLE2:
        return this.container(new PickleTuple(stack.popMany(2)));
      case OP.TUPLE3:
        return this.container(new PickleTuple(stack.popMany(3)));
      case OP.TUPLE:
        return this.container(new PickleTuple(stack.popMark()));
      case OP.EMPTY_LIST:
        return this.container([]);
      case OP.LIST:
        return this.container(stack.popMark());
      case OP.APPEND:
        return append(this, stack.popMany(1), stack.top());
      case OP.APPENDS:
        return append(this, stack.popMark(), stack.top());
      case OP.EMPTY_DICT:
        return this.container(new Map());
      case OP.DICT: {
        const items = stack.popMark();
        this.container(new Map());
        return setItems(this, items, stack.top());
      }
      case OP.SETITEM:
        return setItems(this, stack.popMany(2), stack.top());
      case OP.SETITEMS:
        return setItems(this, stack.popMark(), stack.top());
      case OP.EMPTY_SET:
        return this.container(new Set());
      case OP.FROZENSET: {
        const items = stack.popMark();
        this.container(new Set());
        return addItems(this, items, stack.top());
      }
      case OP.ADDITEMS:
        return addItems(this, stack.popMark(), stack.top());

      case OP.GLOBAL:
        return stack.push(this.global(cursor.line(), cursor.line()));
      case OP.STACK_GLOBAL: {
        const [module, name] = stack.popMany(2);
        return stack.push(this.global(module, name));
      }
      case OP.INST: {
        const callee = this.global(cursor.line(), cursor.line());
        return this.call(callee, stack.popMark());
      }
      case OP.OBJ: {
        const [callee, ...args] = stack.popMark();
        return this.call(callee, args);
      }
      case OP.REDUCE:
      case OP.NEWOBJ: {
        const [callee, args] = stack.popMany(2);
        return this.call(callee, this.argumentsOf(args));
      }
      case OP.NEWOBJ_EX: {
        const [callee, args, named] = stack.popMany(3);
        if (!(named instanceof Map) || named.size > 0) {
          this.refuse(`got ${describe(named)} as named arguments at ${at}; expected none`);
        }
        return this.call(callee, this.argumentsOf(args));
      }
      case OP.BUILD: {
        const state = stack.pop();
        return this.build(stack.top(), state);
      }
      case OP.BINPERSID:
        return stack.push(this.environment.persistent(stack.pop()));

      default:
        return this.refuseInstruction(code, at);
    }
  }

  private refuseInstruction(code: number, at: number): never {
    const name = NAMES.get(code);
    switch (code) {
      case OP.EXT1:
      case OP.EXT2:
      case OP.EXT4:
        return this.refuse(
          `asks for a global by extension code (${name} at ${at}); such codes are not looked up`,
        );
      case OP.PERSID:
        return this.refuse(
          `got persistent id ${quote(this.cursor.line())} as text at ${at}; PyTorch writes tuples`,
        );
      case OP.NEXT_BUFFER:
      case OP.READONLY_BUFFER:
        return this.refuse(`asks for a buffer outside the file (${name} at ${at}); there is none`);
      default:
        return this.refuse(
          `got byte 0x${code.toString(16)} at ${at}; expected a pickle instruction: damaged, or no pickle`,
        );
    }
  }

  private container(value: PickleValue): void {
    this.spend(CONTAINER);
    this.stack.push(value);
  }

  private requireProtocol(version: number): void {
    if (version > NEWEST_PROTOCOL) {
      this.refuse(`got pickle protocol ${version}; expected at most ${NEWEST_PROTOCOL}`);
    }
  }

  private long(length: number): number | bigint {
    if (length < 0 || length > LONGEST_INTEGER) {
      this.refuse(`got an integer of ${length} bytes; expected at most ${LONGEST_INTEGER}`);
    }
    return longInteger(this.cursor.take(length));
  }

  private global(module: PickleValue, name: PickleValue): PickleValue {
    if (typeof module !== 'string' || typeof name !== 'string') {
      return this.refuse(
        `asks for a global by ${describe(module)} and ${describe(name)}; expected two texts`,
      );
    }
    return this.environment.global(module, name);
  }

  private argumentsOf(value: PickleValue): readonly PickleValue[] {
    if (value instanceof PickleTuple) return value.items;
    return this.refuse(`calls with ${describe(value)}; expected a tuple of arguments`);
  }

  private call(callee: PickleValue | undefined, args: readonly PickleValue[]): void {
    if (!(callee instanceof PickleFunction)) {
      return this.refuse(`calls ${describe(callee)}; expected an allowed function`);
    }
    this.spend(CONTAINER);
    this.stack.push(callee.call(args, this));
  }

  /** State of an object; a dictionary's (OrderedDict's) is attributes beside its items, and dropped. */
  private build(target: PickleValue, state: PickleValue): void {
    if (target instanceof StatefulObject) return target.setState(state, this);
    if (!(target instanceof Map))
      this.refuse(`sets the state of ${describe(target)}; expected an object that takes one`);
    if (!(state instanceof Map)) this.refuse(`sets a dictionary's attributes to ${describe(state)}`);
  }
}

import assert from 'node:assert/strict';
import { CompileFailure, CompileService } from '../../../grading/judge/compile-service';
import { type Answer, fakeBox, type FakeBox } from './fake-box';

const compiled: Answer = ({ id }, say) =>
  say({ id, kind: 'compiled', cell: { javascript: '1', declarations: '', problems: [] } });

describe('grading/judge: the compile service', () => {
  let boxes: FakeBox[];

  /** A service whose compilers answer so, the last of them all later ones. */
  function serviceOf(...answers: Answer[]): CompileService {
    boxes = [];
    return new CompileService(async () => {
      const box = fakeBox(answers[Math.min(boxes.length, answers.length - 1)]);
      boxes.push(box);
      return box;
    });
  }

  it('takes an answer that is too large for the failure of its cell, and goes on', async () => {
    const large: Answer = (_request, _say, box) => void box.stdout.write(Buffer.from([255, 255, 255, 255]));
    const service = serviceOf(large, compiled);
    await assert.rejects(service.compile('In[1]', 'large', ''), CompileFailure);
    assert.equal((await service.compile('In[2]', 'small', '')).javascript, '1');
  });

  it('asks a new compiler where the one that others used ends', async () => {
    let asked = 0;
    const wornOut: Answer = (request, say, box) =>
      asked++ === 0 ? compiled(request, say, box) : box.end({ reason: 'memory' });
    const service = serviceOf(wornOut, compiled);
    await service.compile('In[1]', 'first', '');
    assert.equal((await service.compile('In[1]', 'second', '')).javascript, '1');
    assert.equal(boxes.length, 2);
  });

  it('asks a new compiler where the last one ended in the meantime', async () => {
    const service = serviceOf(compiled);
    await service.compile('In[1]', 'first', '');
    boxes[0].end({ reason: 'wall' });
    await boxes[0].ended;
    assert.equal((await service.compile('In[1]', 'second', '')).javascript, '1');
  });

  it('fails a cell that ends a new compiler', async () => {
    const service = serviceOf((_request, _say, box) => box.end({ reason: 'memory' }));
    await assert.rejects(service.compile('In[1]', 'deadly', ''), /more than the compiler can take/);
    assert.equal(boxes.length, 1);
  });

  it('tries again to start where that failed', async () => {
    let tries = 0;
    const service = new CompileService(async () => {
      if (tries++ === 0) throw new Error('no box to be had');
      return fakeBox(compiled);
    });
    await assert.rejects(service.compile('In[1]', 'code', ''), /no box to be had/);
    assert.equal((await service.compile('In[1]', 'code', '')).javascript, '1');
  });
});

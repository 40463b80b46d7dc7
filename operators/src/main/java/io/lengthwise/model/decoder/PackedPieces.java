package io.lengthwise.model.decoder;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/** The arguments of the decoder program's {@code prefill}: pieces of prompts, one after another. */
final class PackedPieces {

  private final List<PromptPiece> pieces;

  PackedPieces(List<PromptPiece> pieces) {
    this.pieces = pieces;
  }

  /** The tokens, their positions and their cells, the shape of the pieces, and a last argument. */
  IValue[] arguments(PtNDManager scope, IValue last) {
    int total = pieces.stream().mapToInt(PromptPiece::length).sum();
    long[] tokens = new long[total];
    long[] positions = new long[total];
    long[] cells = new long[total];
    long[] shape = new long[3 * pieces.size()];
    int next = 0;
    for (int i = 0; i < pieces.size(); i++) {
      PromptPiece piece = pieces.get(i);
      shape[3 * i] = piece.length();
      shape[3 * i + 1] = piece.slot().offset();
      shape[3 * i + 2] = piece.from();
      for (int position = piece.from(); position < piece.to(); position++, next++) {
        tokens[next] = piece.tokens()[position];
        positions[next] = position;
        cells[next] = piece.slot().offset() + position;
      }
    }
    return new IValue[] {
      DecoderProgram.tensor(scope, tokens),
      DecoderProgram.tensor(scope, positions),
      DecoderProgram.tensor(scope, cells),
      IValue.listFrom(shape),
      last
    };
  }
}

/** From text to tokens and back: tokenizer, chat template, stop strings. */
package io.lengthwise.model.text;

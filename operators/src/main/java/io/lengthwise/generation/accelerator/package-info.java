/** The device that computes tokens, what its steps cost, and statistics of its work. */
package io.lengthwise.generation.accelerator;

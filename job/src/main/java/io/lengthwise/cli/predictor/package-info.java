/** {@code predictor}: evaluates length predictors on recorded answers. */
package io.lengthwise.cli.predictor;

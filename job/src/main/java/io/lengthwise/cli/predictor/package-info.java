/** {@code predictor}: length predictors on recorded answers. */
package io.lengthwise.cli.predictor;

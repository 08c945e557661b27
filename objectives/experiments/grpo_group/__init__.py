"""One group of GRPO, answer by answer: reward, advantage, ratio, clip, KL and the objective."""

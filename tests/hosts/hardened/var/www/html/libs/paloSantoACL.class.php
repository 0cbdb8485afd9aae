<?php // stands for the file that the GUI has here

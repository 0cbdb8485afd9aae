<?php // stands for the file that the CRM has here
